namespace MedSeg.Commands;

/// <summary>The commands, in the order in which help shows them. Adding one = one file and one line here.</summary>
internal static class CommandList
{
    public static IReadOnlyList<IToolCommand> All { get; } =
    [
        new DemoCommand(),
        new TrainCommand(),
        new PretrainCommand(),
        new EmbedCommand(),
        new EnsembleCommand(),
        new ChooseCommand(),
        new ScoreCommand(),
        new ServeCommand(),
        new EvaluateCommand(),
        new ClassifyCommand(),
        new ReportCommand(),
        new CardCommand(),
        new ExplainCommand(),
        new InfoCommand(),
        new NetworksCommand(),
        new CheckCommand(),
        new PlanCommand(),
        new ImportCommand(),
        new ExportCommand(),
        new SynthesizeCommand(),
        new StudyCommand(),
    ];
}
