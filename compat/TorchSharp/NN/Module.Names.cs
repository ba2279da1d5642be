// Stands in for the enumerations of torch.nn.Module: names are fields' names joined by dots.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            public virtual IEnumerable<(string name, Module module)> named_children() => ownModules.Select(child => (child.Key, child.Value));

            public virtual IEnumerable<Module> modules() => named_modules().Select(module => module.module);

            /// <summary>The children, then their descendants.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() =>
                named_children().Concat(named_children().SelectMany(child => Prefixed(child.name, child.module.named_modules())));

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(parameter => parameter.parameter);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var own = ownParameters.Select(parameter => (parameter.Key, parameter.Value));
                return Distinct(recurse ? own.Concat(named_children().SelectMany(child => Prefixed(child.name, child.module.named_parameters()))) : own);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(buffer => buffer.buffer);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var own = ownBuffers.Where(buffer => include_nonpersistent || buffer.Value.Persistent).Select(buffer => (buffer.Key, buffer.Value.Tensor));
                return Distinct(recurse ? own.Concat(named_children().SelectMany(child => Prefixed(child.name, child.module.named_buffers(true, include_nonpersistent)))) : own);
            }

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(parameter => parameter.name == target).parameter;

            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(buffer => buffer.name == target).buffer;

            private static IEnumerable<(string, T)> Prefixed<T>(string prefix, IEnumerable<(string Name, T Item)> items) =>
                items.Select(item => ($"{prefix}.{item.Name}", item.Item));

            // A tensor that two modules share has the name that comes first.
            private static IEnumerable<(string, T)> Distinct<T>(IEnumerable<(string Name, T Tensor)> items) where T : Tensor =>
                items.Where(item => !item.Tensor.IsInvalid).DistinctBy(item => item.Tensor.Handle);
        }
    }
}
