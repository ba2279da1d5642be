// Stands in for torch.nn.Module: a tree of modules with named parameters and buffers.
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public partial class Module : IDisposable
        {
            protected string? name;

            private readonly OrderedDictionary<string, Parameter> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> ownBuffers = [];
            private readonly OrderedDictionary<string, Module> ownModules = [];
            private bool registered;

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in children())
                {
                    child.apply(fn);
                }

                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        grad?.zero_();
                    }
                }
            }

            /// <summary>Registers the fields that hold modules, parameters and tensors, under the fields' names.</summary>
            protected virtual void RegisterComponents()
            {
                if (registered)
                {
                    return;
                }

                registered = true;
                foreach (var field in Fields(GetType()))
                {
                    var component = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    if (ownModules.ContainsKey(component) || ownParameters.ContainsKey(component) || ownBuffers.ContainsKey(component))
                    {
                        continue;
                    }

                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(component, module);
                            break;
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(component, tensor);
                            break;
                    }
                }
            }

            public virtual void register_module(string name, Module? submodule)
            {
                if (submodule is null)
                {
                    ownModules.Remove(name);
                    return;
                }

                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                {
                    throw new ArgumentException(name is { Length: > 0 } ? $"module name can't contain \".\", got: {name}" : "module name can't be empty string \"\"");
                }

                submodule.RegisterComponents();
                if (!ownModules.TryAdd(name, submodule))
                {
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                }
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (!ownParameters.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                }
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (!ownBuffers.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                }
            }

            protected void ClearModules() => ownModules.Clear();

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                foreach (var module in ownModules.Values)
                {
                    module.Dispose();
                }

                foreach (var tensor in ownParameters.Values.Concat(ownBuffers.Values.Select(buffer => buffer.Tensor)))
                {
                    tensor.Dispose();
                }
            }

            /// <summary>Sets the field behind a layer's weight or the like: releases the old tensor, keeps the new one.</summary>
            private protected void Keep<T>(ref T? slot, string name, T? value) where T : Tensor
            {
                if (ReferenceEquals(slot, value))
                {
                    return;
                }

                slot?.Dispose();
                slot = value;
                value?.DetachFromDisposeScope();
                Replace(name, value);
            }

            private void Replace(string name, Tensor? value)
            {
                if (value is Parameter parameter)
                {
                    ownParameters[name] = parameter;
                }
                else if (value is not null)
                {
                    ownBuffers[name] = (value, !ownBuffers.TryGetValue(name, out var before) || before.Persistent);
                }
                else
                {
                    ownParameters.Remove(name);
                    ownBuffers.Remove(name);
                }
            }

            private static IEnumerable<FieldInfo> Fields(Type? type)
            {
                for (; type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    {
                        yield return field;
                    }
                }
            }
        }
    }
}
