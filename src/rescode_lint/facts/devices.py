"""How PyTorch code says on which device it runs, and that it knows of machines without a GPU."""

from __future__ import annotations

from rescode_lint.lazy import lazy

#: The text of a device that is a GPU of NVIDIA's.
GPU = lazy(r"cuda(?::\d+)?\Z")
#: The file knows of machines without a GPU, or cannot run on one for other reasons.
FALLBACK = lazy(
    r"is_available|is_built|device_count|local_rank|LOCAL_RANK|\bnccl\b|DataParallel|init_process_group|cuda\.synchronize"
    r"|cuda\.Event|memory_allocated|mem_get_info|reset_peak|CUDAGraph|load_in_[48]bit|bitsandbytes|cpp_extension|triton"
    r"|deepspeed|flash_attn|pycuda|numba\.cuda|from numba import cuda|\bcupy\b|get_device\b|list_physical_devices"
    r"|\b(?:args?|cfg|config|opt|opts|options|params|hparams|settings|FLAGS|flags)\.\w*(?:device|cuda|gpu)"
    r"|\b(?:args?|cfg|config|opt|params|hparams|settings)\[[\"']\w*(?:device|cuda|gpu)|[\"']--?\w*(?:device|cuda|gpu)"
    r"|\bno_cuda\b|\buse_cuda\b|\buse_gpu\b|\bon_gpu\b|\buse_mps\b|torch\.backends\.mps|\bxm\.xla_device"
)
#: `"cpu"` as what may be chosen; `.to("cpu")` and `map_location="cpu"` only bring results back.
CPU = lazy(r"(?<!\.to\()(?<!map_location=)(?<!map_location = )(?<!torch\.device\()[\"']cpu[\"']")
#: A condition that asks for the device.
GUARD = lazy(r"(?i)cuda|gpu|cpu|device")
#: What only tensors have: neither arrays of NumPy nor modules.
OF_TENSORS = (
    "device|is_cuda|unsqueeze|permute|contiguous|detach|requires_grad|scatter_|masked_fill_?|type_as|expand_as"
    r"|new_(?:zeros|ones|full|tensor|empty)|expand|is_floating_point|index_select|grad_fn|clamp_?"
)
