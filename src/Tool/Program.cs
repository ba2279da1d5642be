using MedSeg.Commands;
using MedSeg.Terminal;

WarningListener.ListenToTrace();
return await CommandLine.Run(args);
