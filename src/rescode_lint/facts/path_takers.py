"""Which functions that touch files take a `pathlib.Path` where they take a string.

`takes_path("load", "numpy.load")` says "yes": in every version that still runs. "now": today's versions do, older ones or
some callers' results do not. "no": it wants a string, or nothing is known of it.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

Taker = Literal["yes", "now", "no"]

_YES = """
builtins io codecs gzip bz2 lzma: open
pandas: read_csv read_table read_excel read_parquet read_feather read_json read_pickle read_stata read_sas read_orc read_fwf
    read_hdf ExcelWriter
geopandas: read_file read_parquet read_feather
polars: read_csv read_parquet scan_csv scan_parquet
numpy: load loadtxt genfromtxt fromfile memmap save savez savez_compressed savetxt
xarray: open_dataset load_dataset open_dataarray load_dataarray
scanpy anndata: read read_h5ad read_csv read_10x_h5 read_10x_mtx read_loom read_text
PIL.Image: open
imageio imageio.v2 imageio.v3: imread imwrite
matplotlib.pyplot matplotlib.image: imread imsave
matplotlib.pyplot: savefig
scipy.io.wavfile: read write
soundfile: read write
librosa librosa.core: load
torch: load save
joblib: load dump
os: listdir mkdir makedirs remove unlink rmdir rename replace stat access
os.path: exists isfile isdir islink lexists getsize getmtime getctime
shutil: copyfile rmtree copytree
sqlite3: connect
zipfile: ZipFile
tarfile: open
.: to_csv to_excel to_parquet to_feather to_pickle to_stata to_hdf to_json to_html to_latex to_markdown tofile savefig
.: write_h5ad to_netcdf write_csv write_parquet
"""
_NOW = """
h5py: File
netCDF4: Dataset
nibabel: load save
pydicom: dcmread read_file
scipy.io: loadmat savemat
scipy.sparse: load_npz save_npz
skimage.io tifffile: imread imsave imwrite
imageio imageio.v2: get_writer get_reader mimsave mimwrite
keras.models tensorflow.keras.models keras.saving: load_model save_model
tensorflow.keras.utils keras.utils: load_img image_dataset_from_directory
torchaudio: load save info
torchvision.utils: save_image
torchvision.datasets: ImageFolder DatasetFolder
os: walk scandir
shutil: copy copy2 move make_archive unpack_archive
mne mne.io: read_raw_fif read_raw_edf read_epochs read_evokeds read_events
rasterio fiona: open
astropy.io.fits: open getdata getheader writeto
pyarrow.parquet: read_table write_table
zarr: open open_group open_array
pandas: HDFStore
urllib.request: urlretrieve
.: save_weights load_weights save_pretrained to_zarr to_file write_image write_html
"""


@cache
def _table() -> dict[str, Taker]:
    table: dict[str, Taker] = {}
    for taker, text in (("yes", _YES), ("now", _NOW)):
        for line in text.replace("\n    ", " ").strip().split("\n"):
            modules, _, names = line.partition(":")
            for module in modules.split():
                for name in names.split():
                    table[f"{module}.{name}" if module != "." else f".{name}"] = taker  # type: ignore[assignment]
    return table


def takes_path(last: str, qualname: str | None, *, is_method: bool) -> Taker:
    """Whether a function that touches a file takes a `Path`.

    Args:
        last: the last part of its name.
        qualname: its full name, if imports tell it.
        is_method: whether it stands after a dot.

    """
    table = _table()
    if qualname is not None and qualname in table:
        return table[qualname]
    if is_method:
        return table.get(f".{last}", "no")
    if qualname is not None:
        return "no"
    # a bare `savefig` is there by a star import
    return table.get(f"builtins.{last}") or ("now" if any(name.endswith(f".{last}") for name in table) else "no")
