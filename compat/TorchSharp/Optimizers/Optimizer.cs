// Stands in for torch.optim.Optimizer and TorchSharp.Modules.OptimizerHelper: parameters in groups, with their options and
// their states.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public interface ILearningRateController
            {
                double LearningRate { get; set; }
                double InitialLearningRate { get; set; }
            }

            public interface IMomentum
            {
                double Momentum { get; set; }
            }

            public interface IBetas
            {
                (double, double) Betas { get; set; }
            }

            public abstract partial class Optimizer : IDisposable
            {
                protected IList<Modules.ParamGroup> _parameter_groups = [];

                private protected Optimizer()
                {
                }

                public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

                public virtual IEnumerable<Modules.Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

                public virtual void add_param_group(Modules.ParamGroup param_group) => _parameter_groups.Add(param_group);

                public virtual Tensor? step(Func<Tensor>? closure = null) => throw new NotImplementedException();

                public virtual void zero_grad()
                {
                    foreach (var parameter in parameters())
                    {
                        using var grad = parameter.grad;
                        grad?.zero_();
                    }
                }

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected virtual void Dispose(bool disposing) => DisposeStates();

                private protected virtual void DisposeStates()
                {
                }

                public class StateDictionary
                {
                    internal StateDictionary()
                    {
                    }

                    public List<Modules.OptimizerOptions> Options { get; } = [];
                    public List<Modules.OptimizerState> State { get; } = [];
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public abstract class OptimizerHelper : optim.Optimizer
    {
        public OptimizerHelper()
        {
        }

        private protected OptimizerOptions Defaults { get; init; } = new();

        private protected Dictionary<Parameter, OptimizerState> States { get; } = new(ReferenceEqualityComparer.Instance);

        public override IEnumerable<Parameter> parameters() => base.parameters();

        public override void zero_grad() => base.zero_grad();

        public override void add_param_group(ParamGroup param_group)
        {
            param_group.Options ??= Defaults.Empty();
            param_group.Options.FillFrom(Defaults);
            param_group.Options.InitialLearningRate = param_group.LearningRate;
            // A sequence that is computed anew at each step would cost as much as the step.
            param_group.Parameters = [.. param_group.Parameters];
            _parameter_groups.Add(param_group);
            foreach (var parameter in param_group.Parameters)
            {
                var state = Defaults.NewState(parameter);
                state.Initialize(param_group.Options);
                States[parameter] = state;
            }
        }

        public virtual StateDictionary state_dict()
        {
            var dictionary = new StateDictionary();
            dictionary.Options.AddRange(_parameter_groups.Select(group => group.Options));
            dictionary.State.AddRange(parameters().Select(parameter => States[parameter]));
            return dictionary;
        }

        public virtual void load_state_dict(StateDictionary state_dict)
        {
            var own = this.state_dict();
            Compare(own, state_dict.Options.Count, state_dict.State.Count);
            foreach (var (target, source) in own.Options.Zip(state_dict.Options).Where(pair => pair.First != pair.Second))
            {
                target.LoadStateDict(source);
            }

            foreach (var (target, source) in own.State.Zip(state_dict.State).Where(pair => pair.First != pair.Second))
            {
                target.LoadStateDict(source);
            }
        }

        public void save_state_dict(string location)
        {
            using var writer = new BinaryWriter(File.Create(location));
            save_state_dict(writer);
        }

        public void save_state_dict(BinaryWriter writer)
        {
            var own = state_dict();
            writer.Write(GetType().Name);
            writer.Encode(own.Options.Count);
            writer.Encode(own.State.Count);
            own.Options.ForEach(options => options.SaveStateDict(writer));
            own.State.ForEach(state => state.SaveStateDict(writer));
        }

        public void load_state_dict(string location)
        {
            using var reader = new BinaryReader(File.OpenRead(location));
            load_state_dict(reader);
        }

        public void load_state_dict(BinaryReader reader)
        {
            var name = reader.ReadString();
            if (name != GetType().Name)
            {
                throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
            }

            var own = state_dict();
            Compare(own, reader.Decode(), reader.Decode());
            own.Options.ForEach(options => options.LoadStateDict(reader));
            own.State.ForEach(state => state.LoadStateDict(reader));
        }

        public void to(Device device)
        {
            foreach (var state in States.Values)
            {
                state.to(device);
            }
        }

        /// <summary>Runs the body for each group, without recording gradients and in a scope of its own.</summary>
        protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
        {
            Tensor? loss = null;
            if (loss_closure is not null)
            {
                using var _ = enable_grad();
                loss = loss_closure();
            }

            using (no_grad())
            {
                using var scope = NewDisposeScope();
                foreach (var group in _parameter_groups.OfType<T>())
                {
                    body(group);
                }
            }

            return loss;
        }

        private protected override void DisposeStates()
        {
            foreach (var state in States.Values)
            {
                (state as IDisposable)?.Dispose();
            }
        }

        private static void Compare(StateDictionary own, long options, long states)
        {
            if (own.Options.Count != options)
            {
                throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
            }

            if (own.State.Count != states)
            {
                throw new ArgumentException("Invalid optimizer state -- different number of states.");
            }
        }
    }
}
