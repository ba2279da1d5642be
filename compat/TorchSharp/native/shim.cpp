// Stands in for TorchSharp's libLibTorchSharp.so: a C interface over libtorch's operator dispatcher.
// Any ATen operator is called by its name, so an operator needs no code here; the rest is what is not an operator:
// tensor properties, autograd, generators, devices. No export lets a C++ exception out: each returns its "failed"
// value (null, or a negative number) and keeps the message for mst_error.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define EXPORT extern "C" __attribute__((visibility("default")))
#define TRY try {
#define FAIL(value) } catch (const std::exception& e) { remember(e); return value; } \
  catch (...) { error_message = "unknown native exception"; return value; }

namespace {

// c10::optional or std::optional, whichever this libtorch has in its interface; it changed within 2.x.
template <template <typename...> class Optional, typename T> Optional<at::Tensor> like(const Optional<T>&);
using OptionalTensor = decltype(like(std::declval<const c10::Argument&>().default_value()));

thread_local std::string error_message;

void remember(const std::exception& e) {
  auto* c10_error = dynamic_cast<const c10::Error*>(&e);
  error_message = c10_error ? c10_error->what_without_backtrace() : e.what();
}

at::Tensor& tensor(void* handle) { return *static_cast<at::Tensor*>(handle); }

void* give(at::Tensor t) { return t.defined() ? new at::Tensor(std::move(t)) : nullptr; }

std::vector<at::Tensor> tensors(void* const* handles, int64_t count) {
  std::vector<at::Tensor> list;
  for (int64_t i = 0; i < count; i++) list.push_back(handles[i] ? tensor(handles[i]) : at::Tensor());
  return list;
}

}  // namespace

// One argument; the C# struct NativeArgument has the same layout.
struct Argument { int32_t kind; int32_t device; int64_t integer; double real; void* data; };
enum Kind { kNone, kTensor, kInteger, kReal, kBoolean, kIntegers, kReals, kTensors, kOptionalTensors, kText, kDevice, kGenerator };

static c10::IValue to_value(const Argument& a, const c10::Argument& schema) {
  switch (a.kind) {
    case kNone: return {};
    case kTensor: return tensor(a.data);
    // An integer is a number of any type in C#, so the schema decides.
    case kInteger: {
      auto type = schema.type();
      if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
      return type->kind() == c10::TypeKind::FloatType ? c10::IValue(double(a.integer)) : c10::IValue(a.integer);
    }
    case kReal: return a.real;
    case kBoolean: return a.integer != 0;
    case kIntegers: {
      auto* first = static_cast<const int64_t*>(a.data);
      return c10::List<int64_t>(c10::ArrayRef<int64_t>(first, size_t(a.integer)));
    }
    case kReals: {
      auto* first = static_cast<const double*>(a.data);
      return c10::List<double>(c10::ArrayRef<double>(first, size_t(a.integer)));
    }
    case kTensors: return c10::List<at::Tensor>(tensors(static_cast<void**>(a.data), a.integer));
    case kOptionalTensors: {
      c10::List<OptionalTensor> list;
      for (auto& t : tensors(static_cast<void**>(a.data), a.integer))
        list.push_back(t.defined() ? OptionalTensor(t) : OptionalTensor());
      return list;
    }
    case kText: return std::string(static_cast<const char*>(a.data), size_t(a.integer));
    case kDevice: return c10::Device(c10::DeviceType(a.device), c10::DeviceIndex(a.integer));
    case kGenerator: return *static_cast<at::Generator*>(a.data);
    default: TORCH_CHECK(false, "unknown kind of argument ", a.kind);
  }
}

EXPORT const char* mst_error() { return error_message.c_str(); }
EXPORT const char* mst_version() { return TORCH_VERSION; }

// The operator "aten::name" with its overload; lives as long as the process.
EXPORT void* mst_operator(const char* name, const char* overload) { TRY
  auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  TORCH_CHECK(handle, "this libtorch (", TORCH_VERSION, ") has no operator ", name, *overload ? "." : "", overload);
  return new c10::OperatorHandle(*handle);
FAIL(nullptr) }

// Calls an operator; arguments that are not given take the schema's defaults. Returns the number of results that are
// tensors, of which at most `capacity` are handed out; a result that is a number goes to *number.
EXPORT int mst_call(void* op, const Argument* arguments, int count, void** results, int capacity, double* number) { TRY
  auto& handle = *static_cast<c10::OperatorHandle*>(op);
  const auto& schema = handle.schema().arguments();
  TORCH_CHECK(size_t(count) <= schema.size(), handle.schema().name(), ": too many arguments");
  std::vector<c10::IValue> stack;
  stack.reserve(schema.size());
  for (size_t i = 0; i < schema.size(); i++) {
    if (i < size_t(count)) { stack.push_back(to_value(arguments[i], schema[i])); continue; }
    TORCH_CHECK(schema[i].default_value(), handle.schema().name(), ": argument ", schema[i].name(), " is missing");
    stack.push_back(*schema[i].default_value());
  }
  handle.callBoxed(&stack);
  int produced = 0;
  auto hand_out = [&](at::Tensor t) { if (produced < capacity) results[produced] = give(std::move(t)); produced++; };
  for (auto& value : stack) {
    if (value.isTensor()) hand_out(std::move(value).toTensor());
    else if (value.isTensorList()) for (auto& t : value.toTensorVector()) hand_out(t);
    else if (value.isDouble()) *number = value.toDouble();
    else if (value.isInt()) *number = double(value.toInt());
    else if (value.isBool()) *number = value.toBool();
  }
  return produced;
FAIL(-1) }

EXPORT void mst_free(void* t) { delete static_cast<at::Tensor*>(t); }
EXPORT void* mst_share(void* t) { return new at::Tensor(tensor(t)); }
EXPORT int64_t mst_dim(void* t) { return tensor(t).dim(); }
EXPORT int64_t mst_numel(void* t) { return tensor(t).numel(); }
EXPORT int mst_dtype(void* t) { return int(tensor(t).scalar_type()); }
EXPORT int64_t mst_element_size(void* t) { return int64_t(tensor(t).element_size()); }
EXPORT void mst_shape(void* t, int64_t* out) { auto s = tensor(t).sizes(); std::memcpy(out, s.data(), s.size() * sizeof(int64_t)); }
EXPORT int mst_stride(void* t, int64_t* out) { TRY
  auto s = tensor(t).strides(); std::memcpy(out, s.data(), s.size() * sizeof(int64_t)); return 0;
FAIL(-1) }
EXPORT int mst_device_type(void* t) { return int(tensor(t).device().type()); }
EXPORT int mst_device_index(void* t) { return int(tensor(t).device().index()); }
EXPORT int mst_is_contiguous(void* t) { return tensor(t).is_contiguous(); }
EXPORT int mst_is_leaf(void* t) { return tensor(t).is_leaf(); }
EXPORT void* mst_data(void* t) { TRY return tensor(t).data_ptr(); FAIL(nullptr) }
EXPORT int mst_item(void* t, int64_t* integer, double* real) { TRY  // 1: an integer, 2: a real number
  auto value = tensor(t).item();
  if (value.isFloatingPoint()) { *real = value.toDouble(); return 2; }
  *integer = value.isBoolean() ? int64_t(value.toBool()) : value.toLong(); return 1;
FAIL(-1) }

// A copy of memory, in the order of its dimensions.
EXPORT void* mst_from_memory(const void* memory, const int64_t* sizes, int dims, int dtype) { TRY
  auto t = at::empty(at::IntArrayRef(sizes, size_t(dims)), at::TensorOptions().dtype(at::ScalarType(dtype)));
  std::memcpy(t.data_ptr(), memory, size_t(t.nbytes()));
  return give(t);
FAIL(nullptr) }

EXPORT int mst_requires_grad(void* t) { return tensor(t).requires_grad(); }
EXPORT int mst_set_requires_grad(void* t, int value) { TRY tensor(t).requires_grad_(value != 0); return 0; FAIL(-1) }
EXPORT int mst_grad(void* t, void** out) { TRY *out = give(tensor(t).grad()); return 0; FAIL(-1) }
EXPORT int mst_set_grad(void* t, void* grad) { TRY
  tensor(t).mutable_grad() = grad ? tensor(grad) : at::Tensor(); return 0;
FAIL(-1) }
EXPORT int mst_backward(void** roots, void** grads, int count, int retain, int create, void** inputs, int input_count) { TRY
  torch::autograd::backward(tensors(roots, count), grads ? tensors(grads, count) : std::vector<at::Tensor>(),
                            retain != 0, create != 0, tensors(inputs, input_count));
  return 0;
FAIL(-1) }
EXPORT int mst_gradients(void** outputs, int count, void** inputs, int input_count, void** grads, int retain, int create,
                         int allow_unused, void** results) { TRY
  auto found = torch::autograd::grad(tensors(outputs, count), tensors(inputs, input_count),
      grads ? tensors(grads, count) : std::vector<at::Tensor>(), retain != 0, create != 0, allow_unused != 0);
  for (size_t i = 0; i < found.size(); i++) results[i] = give(found[i]);
  return 0;
FAIL(-1) }

EXPORT int mst_grad_enabled() { return at::GradMode::is_enabled(); }
EXPORT void mst_set_grad_enabled(int value) { at::GradMode::set_enabled(value != 0); }
EXPORT int mst_inference_enabled() { return c10::InferenceMode::is_enabled(); }
EXPORT void* mst_inference_enter(int value) { TRY return new c10::InferenceMode(value != 0); FAIL(nullptr) }
EXPORT void mst_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

EXPORT void* mst_generator(int device, int index) { TRY  // the device's default generator
  return new at::Generator(at::globalContext().defaultGenerator(c10::Device(c10::DeviceType(device), c10::DeviceIndex(index))));
FAIL(nullptr) }
EXPORT void* mst_generator_clone(void* g) { TRY return new at::Generator(static_cast<at::Generator*>(g)->clone()); FAIL(nullptr) }
EXPORT void mst_generator_free(void* g) { delete static_cast<at::Generator*>(g); }
EXPORT int mst_generator_set_seed(void* g, int64_t seed) { TRY
  auto& generator = *static_cast<at::Generator*>(g);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(uint64_t(seed)); return 0;
FAIL(-1) }
EXPORT int64_t mst_generator_seed(void* g) { return int64_t(static_cast<at::Generator*>(g)->current_seed()); }
EXPORT void* mst_generator_state(void* g) { TRY return give(static_cast<at::Generator*>(g)->get_state()); FAIL(nullptr) }
EXPORT int mst_generator_set_state(void* g, void* state) { TRY
  auto& generator = *static_cast<at::Generator*>(g);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(tensor(state)); return 0;
FAIL(-1) }

EXPORT int mst_cuda_count() { TRY return at::hasCUDA() ? int(at::getNumGPUs()) : 0; FAIL(0) }
EXPORT int mst_cuda_synchronize(int index) { TRY
  c10::impl::VirtualGuardImpl guard(c10::kCUDA);
  auto device = index < 0 ? guard.getDevice() : c10::Device(c10::kCUDA, c10::DeviceIndex(index));
  guard.synchronizeStream(guard.getStream(device)); return 0;
FAIL(-1) }

EXPORT int mst_threads() { return at::get_num_threads(); }
EXPORT int mst_set_threads(int count) { TRY at::set_num_threads(count); return 0; FAIL(-1) }

// Keeps freed blocks in the process: first touches of fresh pages cost several times the arithmetic on them.
EXPORT void mst_keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30); mallopt(M_TRIM_THRESHOLD, 0x7fffffff); mallopt(M_TOP_PAD, 64 << 20);
#endif
}
