using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>A Slurm of one node, on loopback and in a folder of its own, as long as a test lasts.</summary>
internal sealed class OneNodeSlurm : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _daemons = [];

    private OneNodeSlurm()
    {
    }

    /// <summary>Starts it; the test is inconclusive where Slurm is not installed or does not start.</summary>
    public static async Task<OneNodeSlurm> Require()
    {
        foreach (var program in new[] { "munged", "slurmctld", "slurmd", "sbatch", "scontrol" })
        {
            if (Find(program) is null)
            {
                Assert.Inconclusive($"{program} is not installed; on Debian: apt-get install slurm-wlm munge.");
            }
        }

        var slurm = new OneNodeSlurm();
        try
        {
            await slurm.Start();
            return slurm;
        }
        catch
        {
            slurm.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command of Slurm.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public string Run(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output, errors) = TryRun(program, environment, arguments);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}: {output}{errors}");
        return output;
    }

    /// <summary>Jobs and the last words of the daemons, for messages.</summary>
    public string State() =>
        $"{Run("squeue", new Dictionary<string, string>(), "--noheader", "--states=all", "--format=%i %T %r")}"
        + $"{Log("slurmctld")}{Log("slurmd")}";

    /// <summary>Waits until no job is left.</summary>
    public async Task WaitForJobs(TimeSpan limit)
    {
        bool AreDone()
        {
            var jobs = Run("squeue", new Dictionary<string, string>(), "--noheader", "--states=all", "--format=%i %T %r");
            Assert.IsFalse(jobs.Contains("FAILED", StringComparison.Ordinal), State());

            // A requeued job waits for two minutes otherwise.
            foreach (var waiting in jobs.Split('\n').Where(job => job.Contains("BeginTime", StringComparison.Ordinal)))
            {
                _ = TryRun("scontrol", new Dictionary<string, string>(), "update", $"JobId={waiting.Split(' ')[0]}", "StartTime=now");
            }

            return jobs
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .All(job => job.Contains("COMPLETED", StringComparison.Ordinal));
        }

        await Wait.Until(AreDone, limit, State);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var daemon in _daemons.AsEnumerable().Reverse())
        {
            if (!daemon.HasExited)
            {
                daemon.Kill(entireProcessTree: true);
                daemon.WaitForExit();
            }

            daemon.Dispose();
        }

        _folder.Dispose();
    }

    private async Task Start()
    {
        var host = Environment.MachineName.Split('.')[0];
        File.WriteAllBytes(_folder["munge.key"], RandomNumberGenerator.GetBytes(128));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead);
        }
        Directory.CreateDirectory(_folder["state"]);
        Directory.CreateDirectory(_folder["spool"]);

        _folder.Write("slurm.conf", $"""
            ClusterName=medseg
            SlurmctldHost={host}(127.0.0.1)
            CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
            AuthType=auth/munge
            CredType=cred/munge
            AuthInfo=socket={_folder["munge.socket"]}
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            SlurmdParameters=config_overrides
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            MpiDefault=none
            SwitchType=switch/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerType=sched/builtin
            SchedulerParameters=sched_interval=1,batch_sched_delay=0
            KillWait=2
            ReturnToService=2
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP

            """
        );
        Daemon(
            "munged",
            "--foreground",
            "--force",
            $"--key-file={_folder["munge.key"]}",
            $"--socket={_folder["munge.socket"]}",
            $"--pid-file={_folder["munge.pid"]}",
            $"--seed-file={_folder["munge.seed"]}",
            $"--log-file={_folder["munge.log"]}",
            "--num-threads=2"
        );
        await Until(() => File.Exists(_folder["munge.socket"]), "munged opens its socket");
        Daemon("slurmctld", "-D", "-f", _folder["slurm.conf"]);
        Daemon("slurmd", "-D", "-f", _folder["slurm.conf"]);
        await Until(
            () =>
                TryRun("sinfo", new Dictionary<string, string>(), "--noheader", "--format=%T")
                    .Output.Contains("idle", StringComparison.Ordinal),
            "the node is idle"
        );
    }

    private async Task Until(Func<bool> isSo, string what)
    {
        var hasEnded = false;
        var hasStarted = await Wait.For(
            () => isSo() || (hasEnded = _daemons.Any(daemon => daemon.HasExited)),
            TimeSpan.FromSeconds(20)
        );
        if (!hasStarted || hasEnded)
        {
            Assert.Inconclusive($"Slurm does not start here; waited until {what}. {Log("munged")}{Log("slurmctld")}{Log("slurmd")}");
        }
    }

    private void Daemon(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", _folder[$"{program}.out"], Find(program) ?? program, .. arguments]
        );
        start.Environment["SLURM_CONF"] = _folder["slurm.conf"];
        _daemons.Add(Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start."));
    }

    private (int ExitCode, string Output, string Errors) TryRun(
        string program,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(Find(program) ?? program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["SLURM_CONF"] = _folder["slurm.conf"];
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private string Log(string program) =>
        File.Exists(_folder[$"{program}.out"])
            ? $"{Environment.NewLine}{program}: "
                + $"{string.Join(Environment.NewLine, File.ReadAllLines(_folder[$"{program}.out"]).TakeLast(8))}"
            : "";

    private static string? Find(string program) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" }
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
