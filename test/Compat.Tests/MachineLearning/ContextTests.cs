using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Compat.MachineLearning;

/// <summary>The context as the environment of components: messages, randomness, settings.</summary>
[TestClass]
public sealed class ContextTests
{
    [TestMethod]
    public void Channel_OfHost_ReachesLog()
    {
        var context = new MLContext();
        var messages = new List<LoggingEventArgs>();
        var traces = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Trace)
            {
                traces.Add(message.RawMessage);
            }
            else
            {
                messages.Add(message);
            }
        };

        var host = ((IHostEnvironment)context).Register("Trainer");
        using (var channel = host.Start("Epoch"))
        {
            channel.Info(MessageSensitivity.None, "dice {0:f2}", 0.5);
            channel.Warning(MessageSensitivity.None, "braces {} stay");
        }

        Assert.AreEqual("dice 0.50", messages[0].RawMessage);
        Assert.AreEqual(ChannelMessageKind.Info, messages[0].Kind);
        StringAssert.Contains(messages[0].Source, "Trainer");
        StringAssert.Contains(messages[0].Source, "Epoch");
        StringAssert.Contains(messages[0].Message, "dice 0.50");
        Assert.AreEqual(ChannelMessageKind.Warning, messages[1].Kind);
        Assert.AreEqual("braces {} stay", messages[1].RawMessage);
        Assert.AreEqual(2, messages.Count);
        CollectionAssert.Contains(traces, "Channel started");
        CollectionAssert.Contains(traces, "Channel disposed");
    }

    [TestMethod]
    public void ProgressChannel_OfHost_TakesHeaderAndCheckpoint()
    {
        var context = new MLContext();
        var count = 0;
        context.Log += (_, message) => count += message.Kind == ChannelMessageKind.Info ? 1 : 0;

        using var progress = ((IHostEnvironment)context).Register("Trainer").StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 10));
        progress.Checkpoint(0.5, 1);

        Assert.AreEqual(0, count, "Progress does not reach the log.");
    }

    [TestMethod]
    public void Rand_OfHost_ComesFromTheSeed()
    {
        static int Draw(int seed, int? own = null) =>
            ((IHostEnvironment)new MLContext(seed)).Register("A", own).Rand.Next();

        Assert.AreEqual(Draw(1), Draw(1));
        Assert.AreNotEqual(Draw(1), Draw(2));
        Assert.AreEqual(Draw(1, own: 5), Draw(2, own: 5));
    }

    [TestMethod]
    public void Settings_OfNewContext_AreTheDefaults()
    {
        var context = new MLContext();

        Assert.IsNull(context.GpuDeviceId);
        Assert.IsFalse(context.FallbackToCpu);
        Assert.IsTrue(Directory.Exists(context.TempFilePath));
        context.GpuDeviceId = 1;
        Assert.AreEqual(1, context.GpuDeviceId);
    }
}
