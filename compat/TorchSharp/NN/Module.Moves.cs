// Stands in for the moves of torch.nn.Module between element types and devices.
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking) => Move(device, dtype, non_blocking);

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => Move(new Device(deviceType, deviceIndex), null, non_blocking);

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking) => Move(null, dtype, non_blocking);

            private Module Move(Device? device, ScalarType? dtype, bool non_blocking)
            {
                if (dtype is not (null or ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16))
                {
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
                }

                if (device is { type: DeviceType.CUDA } && !cuda.is_available())
                {
                    throw new InvalidOperationException("CUDA is not available.");
                }

                foreach (var child in children())
                {
                    child.Move(device, dtype, non_blocking);
                }

                foreach (var (name, parameter) in named_parameters(false).ToList())
                {
                    if (Moved(parameter, device, dtype, non_blocking) is Tensor data)
                    {
                        var moved = new Parameter(data, parameter.requires_grad);
                        using var grad = parameter.grad;
                        moved.grad = grad is null ? null : Moved(grad, device, dtype, non_blocking) ?? grad;
                        Put(name, parameter, moved);
                    }
                }

                foreach (var (name, buffer) in named_buffers(false).ToList())
                {
                    if (Moved(buffer, device, dtype, non_blocking) is Tensor moved)
                    {
                        Put(name, buffer, moved);
                    }
                }

                return this;
            }

            /// <summary>The tensor elsewhere, outside of any scope; null where it is there already.</summary>
            private static Tensor? Moved(Tensor tensor, Device? device, ScalarType? dtype, bool non_blocking)
            {
                using var _ = no_grad();
                var type = tensor.is_floating_point() ? dtype ?? tensor.dtype : tensor.dtype;
                device ??= tensor.device;
                var there = tensor.device_type == device.type && (device.index < 0 || device.index == tensor.device_index);
                return there && type == tensor.dtype ? null : tensor.to(type, device, non_blocking: non_blocking).DetachFromDisposeScope();
            }

            private void Put(string name, Tensor before, Tensor after)
            {
                after.DetachFromDisposeScope();
                Replace(name, after);
                foreach (var field in Fields(GetType()))
                {
                    if (ReferenceEquals(field.GetValue(this), before))
                    {
                        field.SetValue(this, after);
                    }
                }

                before.Dispose();
            }
        }
    }
}
