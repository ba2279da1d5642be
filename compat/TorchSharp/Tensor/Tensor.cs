// Stands in for torch.Tensor: the handle of a libtorch tensor, and when it is released.
using System.Runtime.InteropServices;
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor : IDisposable
    {
        // Below this size the collector's own pace is enough; above it, it learns of memory that no scope will release.
        private const long HeavyBytes = 1 << 20;

        private static long totalCount;

        private nint handle;
        private long pressure;

        internal Tensor(nint handle)
        {
            this.handle = handle;
            Interlocked.Increment(ref totalCount);
            OwningScope = DisposeScope.Innermost;
            if (OwningScope is null)
            {
                PressCollector();
            }
            else
            {
                OwningScope.Add(this);
            }
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensors of this process are not disposed yet.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => handle == 0;

        internal DisposeScope? OwningScope { get; set; }

        public void Dispose()
        {
            OwningScope?.Remove(this);
            OwningScope = null;
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            // Whoever takes the handle frees it, be it a thread or the finalizer.
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned == 0)
            {
                return;
            }

            Interlocked.Decrement(ref totalCount);
            mst_free(owned);
            if (pressure > 0)
            {
                GC.RemoveMemoryPressure(pressure);
            }
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningScope is not null)
            {
                OwningScope.MoveToOther(other, this);
            }
            else
            {
                other?.Attach(this);
            }

            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Detach(this);
            return this;
        }

        public override string ToString() => IsInvalid ? "Tensor (disposed)" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Whether both have the same shape and elements.</summary>
        public bool Equals(Tensor target) => PInvoke.Operators.CallNumber("equal", this, target) != 0;

        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Tells the collector of memory that waits for a finalizer.</summary>
        internal void PressCollector()
        {
            var bytes = mst_numel(handle) * mst_element_size(handle);
            if (pressure == 0 && bytes >= HeavyBytes)
            {
                pressure = bytes;
                GC.AddMemoryPressure(bytes);
            }
        }

        /// <summary>The tensor takes the place of <paramref name="source"/>, which loses it.</summary>
        internal static nint TakeHandle(Tensor source)
        {
            var shared = mst_share(source.Handle);
            source.Dispose();
            return shared;
        }
    }
}
