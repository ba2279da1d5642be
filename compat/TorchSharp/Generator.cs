// Stands in for torch.Generator, torch.random and the seeds: the source of random numbers of a device.
using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generators of the CPU and of every GPU.</summary>
    public static Generator manual_seed(long seed)
    {
        cuda.manual_seed_all(seed);
        return Generator.Default.manual_seed(seed);
    }

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            var shared = Check(mst_generator((int)this.device.type, this.device.index));
            handle = Check(mst_generator_clone(shared));
            mst_generator_free(shared);
            manual_seed((long)seed);
        }

        private Generator(nint handle, Device device)
        {
            this.handle = handle;
            this.device = device;
        }

        ~Generator() => Dispose(false);

        public static Generator Default { get; } = OfDevice(DeviceType.CPU, -1);

        public Device device { get; }

        public IntPtr Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        internal static Generator OfDevice(DeviceType type, int index) => new(Check(mst_generator((int)type, index)), new Device(type, index));

        public Generator manual_seed(long seed)
        {
            Check(mst_generator_set_seed(Handle, seed));
            return this;
        }

        public long initial_seed() => mst_generator_seed(Handle);

        public Tensor get_state() => new(Check(mst_generator_state(Handle)));

        public void set_state(Tensor value)
        {
            Check(mst_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned != 0)
            {
                mst_generator_free(owned);
            }
        }
    }
}
