"""What `from x import *` and `%pylab` bring, for the libraries that are imported so: by a table, not by what is installed.

The table is made by `benchmarks/star_names.py` and holds the names of several years' versions together: a name that is
not in it is brought by none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

#: `module: names`, lines that go on are indented; `*other` stands for all names of another module.
_TABLE = r"""
IPython.display: Audio Code DisplayHandle DisplayObject FileLink FileLinks GeoJSON HTML IFrame Image JSON Javascript
  Latex Markdown Math Pretty ProgressBar SVG ScribdDocument TextDisplayObject Video VimeoVideo YouTubeVideo
  clear_output display display_html display_javascript display_jpeg display_json display_latex display_markdown
  display_pdf display_png display_pretty display_svg publish_display_data update_display
array: ArrayType array typecodes
bisect: bisect bisect_left bisect_right insort insort_left insort_right
calendar: APRIL AUGUST Calendar DECEMBER Day FEBRUARY FRIDAY HTMLCalendar IllegalMonthError IllegalWeekdayError
  JANUARY JULY JUNE LocaleHTMLCalendar LocaleTextCalendar MARCH MAY MONDAY Month NOVEMBER OCTOBER SATURDAY SEPTEMBER
  SUNDAY THURSDAY TUESDAY TextCalendar WEDNESDAY calendar day_abbr day_name firstweekday isleap leapdays month
  month_abbr month_name monthcalendar monthrange prcal prmonth setfirstweekday timegm weekday weekheader
cmath: acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan nanj phase
  pi polar rect sin sinh sqrt tan tanh tau
collections: AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable ChainMap Collection Container
  Coroutine Counter Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping
  MutableSequence MutableSet OrderedDict Reversible Sequence Set Sized UserDict UserList UserString ValuesView
  defaultdict deque namedtuple
collections.abc: AsyncGenerator AsyncIterable AsyncIterator Awaitable Buffer ByteString Callable Collection Container
  Coroutine Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence
  MutableSet Reversible Sequence Set Sized ValuesView
concurrent.futures: ALL_COMPLETED BrokenExecutor CancelledError Executor FIRST_COMPLETED FIRST_EXCEPTION Future
  InvalidStateError ProcessPoolExecutor ThreadPoolExecutor TimeoutError as_completed process thread wait
contextlib: AbstractAsyncContextManager AbstractContextManager AsyncExitStack ContextDecorator ExitStack aclosing
  asynccontextmanager chdir closing contextmanager nullcontext redirect_stderr redirect_stdout suppress
copy: Error copy deepcopy replace
csv: Dialect DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL QUOTE_NONE QUOTE_NONNUMERIC QUOTE_NOTNULL
  QUOTE_STRINGS Sniffer __doc__ __version__ excel excel_tab field_size_limit get_dialect list_dialects reader
  register_dialect unix_dialect unregister_dialect writer
ctypes: ARRAY ArgumentError Array BigEndianStructure BigEndianUnion CDLL CFUNCTYPE DEFAULT_MODE LibraryLoader
  LittleEndianStructure LittleEndianUnion POINTER PYFUNCTYPE PyDLL RTLD_GLOBAL RTLD_LOCAL SIZEOF_TIME_T SetPointerType
  Structure Union addressof alignment byref c_bool c_buffer c_byte c_char c_char_p c_double c_float c_int c_int16
  c_int32 c_int64 c_int8 c_long c_longdouble c_longlong c_short c_size_t c_ssize_t c_time_t c_ubyte c_uint c_uint16
  c_uint32 c_uint64 c_uint8 c_ulong c_ulonglong c_ushort c_void_p c_voidp c_wchar c_wchar_p cast cdll
  create_string_buffer create_unicode_buffer get_errno memmove memset pointer py_object pydll pythonapi resize
  set_errno sizeof string_at wstring_at
dataclasses: Field FrozenInstanceError InitVar KW_ONLY MISSING asdict astuple dataclass field fields is_dataclass
  make_dataclass replace
datetime: MAXYEAR MINYEAR UTC date datetime datetime_CAPI sys time timedelta timezone tzinfo
decimal: BasicContext Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DefaultContext
  DivisionByZero DivisionImpossible DivisionUndefined ExtendedContext FloatOperation HAVE_CONTEXTVAR HAVE_THREADS
  Inexact InvalidContext InvalidOperation MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow ROUND_05UP ROUND_CEILING
  ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP Rounded Subnormal Underflow getcontext
  localcontext setcontext
enum: CONFORM CONTINUOUS EJECT Enum EnumCheck EnumDict EnumMeta EnumType Flag FlagBoundary IntEnum IntFlag KEEP
  NAMED_FLAGS ReprEnum STRICT StrEnum UNIQUE auto global_enum global_enum_repr global_flag_repr global_str member
  nonmember pickle_by_enum_name pickle_by_global_name property unique verify
fractions: Fraction gcd
functools: WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial partialmethod reduce
  singledispatch singledispatchmethod total_ordering update_wrapper wraps
glob: escape glob iglob translate
heapq: heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest
io: BlockingIOError BufferedIOBase BufferedRWPair BufferedRandom BufferedReader BufferedWriter BytesIO
  DEFAULT_BUFFER_SIZE FileIO IOBase IncrementalNewlineDecoder RawIOBase SEEK_CUR SEEK_END SEEK_SET StringIO TextIOBase
  TextIOWrapper UnsupportedOperation open open_code text_encoding
ipywidgets: Accordion AppLayout Audio BoundedFloatText BoundedIntText Box Button ButtonStyle CallbackDispatcher
  Checkbox Color ColorPicker ColorsInput Combobox Controller CoreWidget DOMWidget DatePicker Datetime DatetimePicker
  Dropdown FileUpload FloatLogSlider FloatProgress FloatRangeSlider FloatSlider FloatText FloatsInput GridBox
  GridspecLayout HBox HTML HTMLMath Image IntProgress IntRangeSlider IntSlider IntText IntsInput Label Layout
  NaiveDatetimePicker NumberFormat Output Password Play RadioButtons Select SelectMultiple SelectionRangeSlider
  SelectionSlider SliderStyle Stack Style Tab TagsInput Text Textarea TimePicker ToggleButton ToggleButtons
  ToggleButtonsStyle TwoByTwoLayout TypedTuple VBox Valid ValueWidget Video Widget comm dlink docutils domwidget fixed
  get_ipython handle_kernel interact interact_manual interaction interactive interactive_output jsdlink jslink link
  load_ipython_extension os register register_comm_target sys trait_types util utils valuewidget version_info widget
  widget_bool widget_box widget_button widget_color widget_controller widget_core widget_date widget_datetime
  widget_description widget_float widget_int widget_layout widget_link widget_media widget_output widget_selection
  widget_selectioncontainer widget_serialization widget_string widget_style widget_tagsinput widget_templates
  widget_time widget_upload widgets
itertools: accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile
  filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest
json: JSONDecodeError JSONDecoder JSONEncoder dump dumps load loads
logging: BASIC_FORMAT BufferingFormatter CRITICAL DEBUG ERROR FATAL FileHandler Filter Formatter Handler INFO
  LogRecord Logger LoggerAdapter NOTSET NullHandler StreamHandler WARN WARNING addLevelName basicConfig
  captureWarnings critical debug disable error exception fatal getHandlerByName getHandlerNames getLevelName
  getLevelNamesMapping getLogRecordFactory getLogger getLoggerClass info lastResort log makeLogRecord raiseExceptions
  setLogRecordFactory setLoggerClass shutdown warn warning
math: acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1
  fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma log
  log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp
matplotlib.animation: AVConvBase AVConvFileWriter AVConvWriter AbstractMovieWriter Animation ArtistAnimation BytesIO
  DISPLAY_TEMPLATE FFMpegBase FFMpegFileWriter FFMpegWriter FileMovieWriter FuncAnimation HTMLWriter INCLUDED_FRAMES
  Image ImageMagickBase ImageMagickFileWriter ImageMagickWriter JS_INCLUDE MencoderBase MencoderFileWriter
  MencoderWriter MovieWriter MovieWriterRegistry Path PillowWriter STYLE_INCLUDE TemporaryDirectory TextIOWrapper
  TimedAnimation abc absolute_import adjusted_figsize base64 cbook collections contextlib deprecated division
  encodebytes is_string_like iterable itertools logging mcolors mencoder_dep mpl np os platform print_function
  rcParams rcParamsDefault rc_context shutil six subprocess subprocess_creation_flags sys tempfile unicode_literals
  uuid verbose warnings writers xrange zip
matplotlib.patches: Affine2D Annulus Arc Arrow ArrowStyle BoxStyle CapStyle Circle CirclePolygon ConnectionPatch
  ConnectionStyle Ellipse FancyArrow FancyArrowPatch FancyBboxPatch JoinStyle NonIntersectingPathException Number
  Patch Path PathPatch Polygon Real Rectangle RegularPolygon Shadow SimpleNamespace StepPatch Wedge YAArrow
  absolute_import allow_rasterization artist bbox_artist cbook colors concatenate_paths division docstring draw_bbox
  functools get_cos_sin get_intersection get_parallels inside_circle inspect k make_path_regular make_wedged_bezier2
  map math mhatch mlines mpl namedtuple np patchdoc print_function six split_bezier_intersecting_with_closedpath
  split_path_inout textwrap transforms unicode_literals warnings zip
matplotlib.pyplot: AbstractContextManager Annotation Arrow Artist AutoLocator AxLine Axes BackendFilter Button Circle
  Colorizer ColorizingArtist Colormap Enum ExitStack Figure FigureBase FigureCanvasBase FigureManagerBase
  FixedFormatter FixedLocator FormatStrFormatter Formatter FuncFormatter GridSpec IO IndexLocator Line2D LinearLocator
  Locator LogFormatter LogFormatterExponent LogFormatterMathtext LogLocator MaxNLocator MouseButton MultipleLocator
  Normalize NullFormatter NullLocator Number PolarAxes Polygon Rectangle ScalarFormatter Slider Subplot SubplotSpec
  SubplotTool TYPE_CHECKING Text TickHelper Widget absolute_import acorr angle_spectrum annotate annotations arrow
  autoscale autumn available_backends axes axhline axhspan axis axline axvline axvspan backend_registry bar bar_label
  barbs barh bone box boxplot broken_barh cast cbook cla clabel clf clim close cm cohere color_sequences colorbar
  colormaps colors connect contour contourf cool copper csd cycler dedent delaxes deprecated disconnect division
  docstring draw draw_all draw_if_interactive ecdf errorbar eventplot figaspect figimage figlegend fignum_exists
  figtext figure fill fill_between fill_betweenx findobj flag functools gca gcf gci get get_backend get_cmap
  get_current_fig_manager get_figlabels get_fignums get_plot_commands get_scale_docs get_scale_names getp ginput gray
  grid grouped_bar hexbin hist hist2d hlines hold hot hsv importlib imread imsave imshow inferno inspect
  install_repl_displayhook interactive ioff ion is_numlike is_string_like ishold isinteractive jet legend
  locator_params logging loglog magma magnitude_spectrum margins matplotlib matshow minorticks_off minorticks_on mlab
  new_figure_manager nipy_spectral np over overload pause pcolor pcolormesh phase_spectrum pie pie_label pink plasma
  plot plot_date plotfile plotting polar print_function prism psd pylab_setup quiver quiverkey rc rcParams
  rcParamsDefault rcParamsOrig rc_context rcdefaults rcsetup re register_cmap requested_backend rgrids savefig sca
  scatter sci semilogx semilogy set_cmap set_loglevel setp show silent_list six specgram spectral spring spy stackplot
  stairs stem step streamplot style subplot subplot2grid subplot_mosaic subplot_tool subplots subplots_adjust summer
  suptitle switch_backend sys table text thetagrids threading tick_params ticklabel_format tight_layout time title
  tricontour tricontourf tripcolor triplot twinx twiny types unicode_literals uninstall_repl_displayhook violinplot
  viridis vlines waitforbuttonpress warnings winter xcorr xkcd xlabel xlim xscale xticks ylabel ylim yscale yticks
mpl_toolkits.mplot3d: Axes3D absolute_import art3d axes3d axis3d division print_function proj3d six unicode_literals
mpmath: FPContext MPContext MPIntervalContext absmax absmin acos acosh acot acoth acsc acsch agm airyai airyaizero
  airybi airybizero almosteq altzeta angerj apery appellf1 appellf2 appellf3 appellf4 arange arg asec asech asin asinh
  atan atan2 atanh autoprec backlunds barnesg bei bell ber bernfrac bernoulli bernpoly besseli besselj besseljzero
  besselk bessely besselyzero beta betainc bihyper binomial calculus catalan cbrt ceil chebyfit chebyt chebyu chi
  cholesky cholesky_solve chop ci clcos clsin cohen_alt cond conj convert cos cos_sin cosh cosm cospi cospi_sinpi cot
  coth coulombc coulombf coulombg cplot csc csch ctx_base ctx_fp ctx_iv ctx_mp ctx_mp_python cyclotomic degree degrees
  det diag diff difference differint diffs diffs_exp diffs_prod diffun digamma dirichlet doctests e e1 ei eig eig_sort
  eigh eighe eigsy ellipe ellipf ellipfun ellipk ellippi elliprc elliprd elliprf elliprg elliprj eps erf erfc erfi
  erfinv eta euler eulernum eulerpoly exp exp2 expint expj expjpi expm expm1 extend extradps extraprec eye fabs fac
  fac2 factorial fadd fdiv fdot ff fib fibonacci findpoly findroot floor fmod fmul fneg fourier fourierval foxh fp
  fprod frac fraction fresnelc fresnels frexp fsub fsum function_docs functions gamma gammainc gammaprod
  gauss_quadrature gegenbauer glaisher grampoint hankel1 hankel2 harmonic hermite hessenberg hilbert hurwitz hyp0f1
  hyp1f1 hyp1f2 hyp2f0 hyp2f1 hyp2f2 hyp2f3 hyp3f2 hyper hyper2d hypercomb hyperfac hyperu hypot identification
  identify im inf inverse invertlaplace invlapdehoog invlapstehfest invlaptalbot isfinite isinf isint isnan isnormal
  iv j j0 j1 jacobi jacobian jtheta kei ker kfrom khinchin kleinj laguerre lambertw ldexp legendre legenp legenq
  lerchphi levin li libfp libmp limit linspace ln ln10 ln2 log log10 log1p log2 loggamma logm lommels1 lommels2
  lower_gamma lu lu_solve mag make_mpc make_mpf mangoldt math2 matrices matrix maxcalls meijerg memoize mertens mfrom
  mnorm monitor mp mpc mpf mpi mpmathify multiplicity nan ncdf ninf nint nint_distance norm npdf nprint nprod nstr
  nsum nthroot nzeros odefun ones pade pcfd pcfu pcfv pcfw phase phi pi plot polar polyexp polygamma polylog polyroots
  polyval power powm powm1 primepi primepi2 primezeta psi pslq qbarfrom qfac qfrom qgamma qhyper qp qr qr_solve quad
  quadgl quadosc quadsubdiv quadts radians rand randmatrix rank rational re rect residual rf rgamma richardson
  riemannr root runtests sawtoothw schur scorergi scorerhi sec sech secondzeta shanks shi si siegeltheta siegelz
  sigmoid sign sin sinc sincpi sinh sinm sinpi spherharm spherical_jn spherical_yn splot sqrt sqrtm squarew stieltjes
  stirling1 stirling2 struveh struvel sumap sumem superfac svd svd_c svd_r swap_row tan tanh taufrom taylor timing
  trianglew twinprime unit_triangle unitroots unitvector upper_gamma usertools visualization webere whitm whitw
  workdps workprec zeros zeta zetazero
multiprocessing: Array AuthenticationError Barrier BoundedSemaphore BufferTooShort Condition Event JoinableQueue Lock
  Manager Pipe Pool Process ProcessError Queue RLock RawArray RawValue Semaphore SimpleQueue TimeoutError Value
  active_children allow_connection_pickling cpu_count current_process freeze_support get_all_start_methods get_context
  get_logger get_start_method log_to_stderr parent_process reducer set_executable set_forkserver_preload
  set_start_method
numpy: ALLOW_THREADS AxisError BUFSIZE CLIP ComplexWarning DataSource ERR_CALL ERR_DEFAULT ERR_IGNORE ERR_LOG
  ERR_PRINT ERR_RAISE ERR_WARN FLOATING_POINT_SUPPORT FPE_DIVIDEBYZERO FPE_INVALID FPE_OVERFLOW FPE_UNDERFLOW False_
  Inf Infinity MAXDIMS MAY_SHARE_BOUNDS MAY_SHARE_EXACT MachAr ModuleDeprecationWarning NAN NINF NZERO NaN PINF PZERO
  PackageLoader RAISE RankWarning SHIFT_DIVIDEBYZERO SHIFT_INVALID SHIFT_OVERFLOW SHIFT_UNDERFLOW ScalarType
  TooHardError True_ UFUNC_BUFSIZE_DEFAULT UFUNC_PYVALS_NAME VisibleDeprecationWarning WRAP _UFUNC_API
  __array_namespace_info__ __version__ _add_newdoc_ufunc abs absolute acos acosh add add_docstring add_newdoc
  add_newdoc_ufunc add_newdocs alen all allclose alltrue amax amin angle any append apply_along_axis apply_over_axes
  arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array
  array2string array_equal array_equiv array_repr array_split array_str asanyarray asarray asarray_chkfinite
  ascontiguousarray asfarray asfortranarray asin asinh asmatrix asscalar astype atan atan2 atanh atleast_1d atleast_2d
  atleast_3d average bartlett base_repr binary_repr bincount bitwise_and bitwise_count bitwise_invert
  bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor blackman block bmat bool bool8 bool_
  broadcast broadcast_arrays broadcast_shapes broadcast_to busday_count busday_offset busdaycalendar byte byte_bounds
  bytes0 bytes_ c_ can_cast cast cbrt cdouble ceil cfloat char character chararray choose clip clongdouble clongfloat
  column_stack common_type compare_chararrays complex128 complex256 complex64 complex_ complexfloating compress concat
  concatenate conj conjugate convolve copy copysign copyto core corrcoef correlate cos cosh count_nonzero cov cross
  csingle ctypeslib cumprod cumproduct cumsum cumulative_prod cumulative_sum datetime64 datetime_as_string
  datetime_data deg2rad degrees delete deprecate deprecate_with_doc diag diag_indices diag_indices_from diagflat
  diagonal diff digitize disp divide divmod dot double dsplit dstack dtype dtypes e ediff1d einsum einsum_path emath
  empty empty_like equal errstate euler_gamma exceptions exp exp2 expand_dims expm1 extract eye f2py fabs
  fastCopyAndTranspose fft fill_diagonal find_common_type finfo fix flatiter flatnonzero flexible flip fliplr flipud
  float128 float16 float32 float64 float_ float_power floating floor floor_divide fmax fmin fmod
  format_float_positional format_float_scientific format_parser frexp from_dlpack frombuffer fromfile fromfunction
  fromiter frompyfunc fromregex fromstring full full_like fv gcd generic genfromtxt geomspace get_array_wrap
  get_include get_printoptions getbufsize geterr geterrcall geterrobj gradient greater greater_equal half hamming
  hanning heaviside histogram histogram2d histogram_bin_edges histogramdd hsplit hstack hypot i0 identity iinfo imag
  in1d index_exp indices inexact inf info infty inner insert int0 int16 int32 int64 int8 int_ int_asbuffer intc
  integer interp intersect1d intp invert ipmt irr is_busday isclose iscomplex iscomplexobj isdtype isfinite isfortran
  isin isinf isnan isnat isneginf isposinf isreal isrealobj isscalar issctype issubclass_ issubdtype issubsctype
  iterable ix_ kaiser kron lcm ldexp left_shift less less_equal lexsort lib linalg linspace little_endian load loads
  loadtxt log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace long
  longcomplex longdouble longfloat longlong lookfor ma mafromtxt mask_indices mat math matmul matrix matrix_transpose
  matvec max maximum maximum_sctype may_share_memory mean median memmap meshgrid mgrid min min_scalar_type minimum
  mintypecode mirr mod modf moveaxis msort multiply nan nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax
  nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar nbytes ndarray ndenumerate ndfromtxt
  ndim ndindex nditer negative nested_iters newaxis nextafter nonzero not_equal nper npv number obj2sctype object0
  object_ ogrid ones ones_like outer packbits pad partition percentile permute_dims pi piecewise pkgload place pmt
  poly poly1d polyadd polyder polydiv polyfit polyint polymul polynomial polysub polyval positive pow power ppmt
  printoptions prod product promote_types ptp put put_along_axis putmask pv quantile r_ rad2deg radians random rank
  rate ravel ravel_multi_index real real_if_close rec recarray recfromcsv recfromtxt reciprocal record remainder
  repeat require reshape resize result_type right_shift rint roll rollaxis roots rot90 round round_ row_stack s_
  safe_eval save savetxt savez savez_compressed sctype2char sctypeDict sctypeNA sctypes searchsorted select
  set_numeric_ops set_printoptions set_string_function setbufsize setdiff1d seterr seterrcall seterrobj setxor1d shape
  shares_memory short show_config show_runtime sign signbit signedinteger sin sinc single singlecomplex sinh size
  sometrue sort sort_complex source spacing split sqrt square squeeze stack std str0 str_ string_ strings subtract sum
  swapaxes take take_along_axis tan tanh tensordot test testing tile timedelta64 trace tracemalloc_domain transpose
  trapezoid trapz tri tril tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide
  trunc typeDict typeNA typecodes typename typing ubyte ufunc uint uint0 uint16 uint32 uint64 uint8 uintc uintp ulong
  ulonglong unicode unicode_ union1d unique unique_all unique_counts unique_inverse unique_values unpackbits
  unravel_index unsignedinteger unstack unwrap ushort vander var vdot vecdot vecmat vectorize void void0 vsplit vstack
  where who zeros zeros_like
numpy.fft: absolute_import bench division fft fft2 fftfreq fftn fftpack fftpack_lite fftshift helper hfft ifft ifft2
  ifftn ifftshift ihfft info irfft irfft2 irfftn print_function rfft rfft2 rfftfreq rfftn test
numpy.linalg: LinAlgError absolute_import bench cholesky cond cross det diagonal division eig eigh eigvals eigvalsh
  info inv lapack_lite linalg lstsq matmul matrix_norm matrix_power matrix_rank matrix_transpose multi_dot norm outer
  pinv print_function qr slogdet solve svd svdvals tensordot tensorinv tensorsolve test trace vecdot vector_norm
numpy.ma: MAError MaskError MaskType MaskedArray abs absolute add all allclose allequal alltrue amax amin angle anom
  anomalies any append apply_along_axis apply_over_axes arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh
  argmax argmin argsort around array asanyarray asarray atleast_1d atleast_2d atleast_3d average bitwise_and
  bitwise_or bitwise_xor bool_ ceil choose clip clump_masked clump_unmasked column_stack common_fill_value compress
  compress_cols compress_nd compress_rowcols compress_rows compressed concatenate conjugate convolve copy core
  corrcoef correlate cos cosh count count_masked cov cumprod cumsum default_fill_value diag diagflat diagonal diff
  divide dot dstack dump dumps ediff1d empty empty_like equal exp expand_dims extras fabs filled fix_invalid
  flatnotmasked_contiguous flatnotmasked_edges flatten_mask flatten_structured_array floor floor_divide fmod
  frombuffer fromflex fromfunction getdata getmask getmaskarray greater greater_equal harden_mask hsplit hstack hypot
  identity ids in1d indices inner innerproduct intersect1d isMA isMaskedArray is_mask is_masked isarray isin
  left_shift less less_equal load loads log log10 log2 logical_and logical_not logical_or logical_xor make_mask
  make_mask_descr make_mask_none mask_cols mask_or mask_rowcols mask_rows masked masked_all masked_all_like
  masked_array masked_equal masked_greater masked_greater_equal masked_inside masked_invalid masked_less
  masked_less_equal masked_not_equal masked_object masked_outside masked_print_option masked_singleton masked_values
  masked_where max maximum maximum_fill_value mean median min minimum minimum_fill_value mod mr_ multiply mvoid
  ndenumerate ndim negative nomask nonzero not_equal notmasked_contiguous notmasked_edges ones ones_like outer
  outerproduct polyfit power prod product ptp put putmask rank ravel remainder repeat reshape resize right_shift round
  round_ row_stack set_fill_value setdiff1d setxor1d shape sin sinh size soften_mask sometrue sort sqrt squeeze stack
  std subtract sum swapaxes take tan tanh trace transpose true_divide union1d unique vander var vstack where zeros
  zeros_like
numpy.polynomial: Chebyshev Hermite HermiteE Laguerre Legendre Polynomial absolute_import bench chebyshev division
  hermite hermite_e laguerre legendre polynomial polyutils print_function set_default_printstyle test
numpy.random: BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence beta binomial bytes
  chisquare choice default_rng dirichlet exponential f gamma geometric get_state gumbel hypergeometric laplace
  logistic lognormal logseries multinomial multivariate_normal negative_binomial noncentral_chisquare noncentral_f
  normal pareto permutation poisson power rand randint randn random random_integers random_sample ranf rayleigh sample
  seed set_state shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t triangular
  uniform vonmises wald weibull zipf
numpy.testing: BLAS_SUPPORTS_FPE HAS_LAPACK64 HAS_REFCOUNT IS_64BIT IS_EDITABLE IS_INSTALLED IS_MUSL IS_PYPY IS_PYSTON
  IS_WASM IgnoreException KnownFailureException NOGIL_BUILD NUMPY_ROOT SkipTest TestCase Tester absolute_import
  assert_ assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal
  assert_array_almost_equal_nulp assert_array_compare assert_array_equal assert_array_less assert_array_max_ulp
  assert_equal assert_no_gc_cycles assert_no_warnings assert_raises assert_raises_regex assert_string_equal
  assert_warns break_cycles build_err_msg check_support_sve clear_and_catch_warnings dec decorate_methods decorators
  division jiffies measure memusage nosetester overrides print_assert_equal print_function raises rand
  run_module_suite run_threaded rundocs runstring suppress_warnings tempdir temppath test utils verbose
operator: abs add and_ attrgetter call concat contains countOf delitem eq floordiv ge getitem gt iadd iand iconcat
  ifloordiv ilshift imatmul imod imul index indexOf inv invert ior ipow irshift is_ is_not isub itemgetter itruediv
  ixor le length_hint lshift lt matmul methodcaller mod mul ne neg not_ or_ pos pow rshift setitem sub truediv truth
  xor
os: CLD_CONTINUED CLD_DUMPED CLD_EXITED CLD_KILLED CLD_STOPPED CLD_TRAPPED CLONE_FILES CLONE_FS CLONE_NEWCGROUP
  CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID CLONE_NEWTIME CLONE_NEWUSER CLONE_NEWUTS CLONE_SIGHAND
  CLONE_SYSVSEM CLONE_THREAD CLONE_VM DirEntry EFD_CLOEXEC EFD_NONBLOCK EFD_SEMAPHORE EX_CANTCREAT EX_CONFIG
  EX_DATAERR EX_IOERR EX_NOHOST EX_NOINPUT EX_NOPERM EX_NOUSER EX_OK EX_OSERR EX_OSFILE EX_PROTOCOL EX_SOFTWARE
  EX_TEMPFAIL EX_UNAVAILABLE EX_USAGE F_LOCK F_OK F_TEST F_TLOCK F_ULOCK GRND_NONBLOCK GRND_RANDOM MFD_ALLOW_SEALING
  MFD_CLOEXEC MFD_HUGETLB MFD_HUGE_16GB MFD_HUGE_16MB MFD_HUGE_1GB MFD_HUGE_1MB MFD_HUGE_256MB MFD_HUGE_2GB
  MFD_HUGE_2MB MFD_HUGE_32MB MFD_HUGE_512KB MFD_HUGE_512MB MFD_HUGE_64KB MFD_HUGE_8MB MFD_HUGE_MASK MFD_HUGE_SHIFT
  NGROUPS_MAX O_ACCMODE O_APPEND O_ASYNC O_CLOEXEC O_CREAT O_DIRECT O_DIRECTORY O_DSYNC O_EXCL O_FSYNC O_LARGEFILE
  O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RDONLY O_RDWR O_RSYNC O_SYNC O_TMPFILE O_TRUNC O_WRONLY
  POSIX_FADV_DONTNEED POSIX_FADV_NOREUSE POSIX_FADV_NORMAL POSIX_FADV_RANDOM POSIX_FADV_SEQUENTIAL POSIX_FADV_WILLNEED
  POSIX_SPAWN_CLOSE POSIX_SPAWN_CLOSEFROM POSIX_SPAWN_DUP2 POSIX_SPAWN_OPEN PRIO_PGRP PRIO_PROCESS PRIO_USER P_ALL
  P_NOWAIT P_NOWAITO P_PGID P_PID P_PIDFD P_WAIT RTLD_DEEPBIND RTLD_GLOBAL RTLD_LAZY RTLD_LOCAL RTLD_NODELETE
  RTLD_NOLOAD RTLD_NOW RWF_APPEND RWF_DSYNC RWF_HIPRI RWF_NOWAIT RWF_SYNC R_OK SCHED_BATCH SCHED_FIFO SCHED_IDLE
  SCHED_OTHER SCHED_RESET_ON_FORK SCHED_RR SEEK_CUR SEEK_DATA SEEK_END SEEK_HOLE SEEK_SET SPLICE_F_MORE SPLICE_F_MOVE
  SPLICE_F_NONBLOCK ST_APPEND ST_MANDLOCK ST_NOATIME ST_NODEV ST_NODIRATIME ST_NOEXEC ST_NOSUID ST_RDONLY ST_RELATIME
  ST_SYNCHRONOUS ST_WRITE TFD_CLOEXEC TFD_NONBLOCK TFD_TIMER_ABSTIME TFD_TIMER_CANCEL_ON_SET TMP_MAX WCONTINUED
  WCOREDUMP WEXITED WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WNOHANG WNOWAIT WSTOPPED WSTOPSIG
  WTERMSIG WUNTRACED W_OK XATTR_CREATE XATTR_REPLACE XATTR_SIZE_MAX X_OK _exit abort access altsep chdir chmod chown
  chroot close closerange confstr confstr_names copy_file_range cpu_count ctermid curdir defpath device_encoding
  devnull dup dup2 environ environb error eventfd eventfd_read eventfd_write execl execle execlp execlpe execv execve
  execvp execvpe extsep fchdir fchmod fchown fdatasync fdopen fork forkpty fpathconf fsdecode fsencode fspath fstat
  fstatvfs fsync ftruncate fwalk get_blocking get_exec_path get_inheritable get_terminal_size getcwd getcwdb getegid
  getenv getenvb geteuid getgid getgrouplist getgroups getloadavg getlogin getpgid getpgrp getpid getppid getpriority
  getrandom getresgid getresuid getsid getuid getxattr grantpt initgroups isatty kill killpg lchown linesep link
  listdir listxattr lockf login_tty lseek lstat major makedev makedirs memfd_create minor mkdir mkfifo mknod name nice
  open openpty pardir path pathconf pathconf_names pathsep pidfd_open pipe pipe2 popen posix_fadvise posix_fallocate
  posix_openpt posix_spawn posix_spawnp pread preadv ptsname putenv pwrite pwritev read readlink readv
  register_at_fork remove removedirs removexattr rename renames replace rmdir scandir sched_get_priority_max
  sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_param sched_rr_get_interval
  sched_setaffinity sched_setparam sched_setscheduler sched_yield sendfile sep set_blocking set_inheritable setegid
  seteuid setgid setgroups setns setpgid setpgrp setpriority setregid setresgid setresuid setreuid setsid setuid
  setxattr spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe splice stat stat_float_times stat_result
  statvfs statvfs_result strerror supports_bytes_environ symlink sync sysconf sysconf_names system tcgetpgrp tcsetpgrp
  terminal_size timerfd_create timerfd_gettime timerfd_gettime_ns timerfd_settime timerfd_settime_ns times
  times_result truncate ttyname umask uname uname_result unlink unlockpt unsetenv unshare urandom utime wait wait3
  wait4 waitid waitid_result waitpid waitstatus_to_exitcode walk write writev
os.path: abspath altsep basename commonpath commonprefix curdir defpath devnull dirname exists expanduser expandvars
  extsep getatime getctime getmtime getsize isabs isdevdrive isdir isfile isjunction islink ismount join lexists
  normcase normpath pardir pathsep realpath relpath samefile sameopenfile samestat sep split splitdrive splitext
  splitroot supports_unicode_filenames
pandas: ArrowDtype BooleanDtype Categorical CategoricalDtype CategoricalIndex DataFrame DateOffset DatetimeIndex
  DatetimeTZDtype ExcelFile ExcelWriter Flags Float32Dtype Float64Dtype Grouper HDFStore Index IndexSlice Int16Dtype
  Int32Dtype Int64Dtype Int8Dtype Interval IntervalDtype IntervalIndex MultiIndex NA NaT NamedAgg NamedFunc Period
  PeriodDtype PeriodIndex RangeIndex Series SparseDtype StringDtype Timedelta TimedeltaIndex Timestamp UInt16Dtype
  UInt32Dtype UInt64Dtype UInt8Dtype __git_version__ __version__ api array arrays bdate_range col concat crosstab cut
  date_range describe_option errors eval factorize from_dummies get_dummies get_option infer_freq interval_range io
  isna isnull json_normalize lreshape melt merge merge_asof merge_ordered notna notnull offsets option_context options
  period_range pivot pivot_table plotting qcut read_clipboard read_csv read_excel read_feather read_fwf read_gbq
  read_hdf read_html read_iceberg read_json read_orc read_parquet read_pickle read_sas read_spss read_sql
  read_sql_query read_sql_table read_stata read_table read_xml reset_option set_eng_float_format set_option
  show_versions test testing timedelta_range to_datetime to_numeric to_pickle to_timedelta tseries unique value_counts
  wide_to_long
pathlib: Path PosixPath PurePath PurePosixPath PureWindowsPath UnsupportedOperation WindowsPath
pickle: ADDITEMS APPEND APPENDS BINBYTES BINBYTES8 BINFLOAT BINGET BININT BININT1 BININT2 BINPERSID BINPUT BINSTRING
  BINUNICODE BINUNICODE8 BUILD BYTEARRAY8 DEFAULT_PROTOCOL DICT DUP EMPTY_DICT EMPTY_LIST EMPTY_SET EMPTY_TUPLE EXT1
  EXT2 EXT4 FALSE FLOAT FRAME FROZENSET GET GLOBAL HIGHEST_PROTOCOL INST INT LIST LONG LONG1 LONG4 LONG_BINGET
  LONG_BINPUT MARK MEMOIZE NEWFALSE NEWOBJ NEWOBJ_EX NEWTRUE NEXT_BUFFER NONE OBJ PERSID POP POP_MARK PROTO PUT
  PickleBuffer PickleError Pickler PicklingError READONLY_BUFFER REDUCE SETITEM SETITEMS SHORT_BINBYTES
  SHORT_BINSTRING SHORT_BINUNICODE STACK_GLOBAL STOP STRING TRUE TUPLE TUPLE1 TUPLE2 TUPLE3 UNICODE Unpickler
  UnpicklingError dump dumps load loads
platform: AndroidVer DEV_NULL IOSVersionInfo android_ver architecture collections dist freedesktop_os_release
  functools ios_ver itertools java_ver libc_ver linux_distribution mac_ver machine node os platform popen processor
  python_branch python_build python_compiler python_implementation python_revision python_version python_version_tuple
  re release subprocess sys system system_alias uname uname_result version warnings win32_edition win32_is_iot
  win32_ver
plotly.express: Constant IdentityMap NO_COLOR Range area bar bar_polar box choropleth choropleth_map colors data
  density_contour density_heatmap density_map ecdf funnel funnel_area get_trendline_results histogram icicle imshow
  line line_3d line_geo line_map line_polar line_ternary parallel_categories parallel_coordinates pie scatter
  scatter_3d scatter_geo scatter_map scatter_matrix scatter_polar scatter_ternary strip sunburst timeline treemap
  trendline_functions violin
plotly.graph_objects: AngularAxis Annotation Annotations Bar Barpolar Box Candlestick Carpet Choropleth Choroplethmap
  ColorBar Cone Contour Contourcarpet Contours Data Densitymap ErrorX ErrorY ErrorZ Figure FigureWidget Font Frame
  Frames Funnel Funnelarea Heatmap Histogram Histogram2d Histogram2dContour Histogram2dcontour Icicle Image Indicator
  Isosurface Layout Legend Line Margin Marker Mesh3d Ohlc Parcats Parcoords Pie Quiver RadialAxis Sankey Scatter
  Scatter3d Scattercarpet Scattergeo Scattergl Scattermap Scatterpolar Scatterpolargl Scattersmith Scatterternary
  Scene Splom Streamtube Sunburst Surface Table Trace Treemap Violin Volume Waterfall XAxis XBins YAxis YBins ZAxis
  bar barpolar box candlestick carpet choropleth choroplethmap cone contour contourcarpet densitymap funnel funnelarea
  heatmap histogram histogram2d histogram2dcontour icicle image indicator isosurface layout mesh3d ohlc parcats
  parcoords pie quiver sankey scatter scatter3d scattercarpet scattergeo scattergl scattermap scatterpolar
  scatterpolargl scattersmith scatterternary splom streamtube sunburst surface table treemap violin volume waterfall
plotly.graph_objs: *plotly.graph_objects
plotly.offline: download_plotlyjs enable_mpl_offline get_plotlyjs get_plotlyjs_version init_notebook_mode iplot
  iplot_mpl offline plot plot_mpl
pprint: PrettyPrinter isreadable isrecursive pformat pp pprint saferepr
pylab: *matplotlib.pyplot *numpy *numpy.fft *numpy.linalg *numpy.random DAILY DateFormatter DateLocator DayLocator FR
  HOURLY HourLocator IndexDateFormatter MINUTELY MO MONTHLY MinuteLocator MonthLocator RRuleLocator SA SECONDLY SU
  SecondLocator TH TU WE WEEKLY WeekdayLocator YEARLY YearLocator amap bivariate_normal center_matrix csv2rec date2num
  datestr2num datetime demean detrend detrend_linear detrend_mean detrend_none dist dist_point_to_segment
  distances_along_curve drange entropy epoch2num exception_to_str exp_safe fftsurr find flatten frange
  get_sparse_matrix get_xyz_where griddata inside_poly is_closed_polygon ispower2 isvector l1norm l2norm
  longest_contiguous_ones longest_ones movavg mpl mx2num norm_flat normpdf num2date num2epoch path_length plt
  poly_below poly_between prctile prctile_rank rec2csv rec_append_fields rec_drop_fields rec_join relativedelta rk4
  rms_flat rrule segments_intersect slopes stineman_interp strpdate2num vector_lengths window_hanning window_none
queue: Empty Full LifoQueue PriorityQueue Queue ShutDown SimpleQueue
random: Random SystemRandom betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits
  getstate lognormvariate normalvariate paretovariate randbytes randint random randrange sample seed setstate shuffle
  triangular uniform vonmisesvariate weibullvariate
re: A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE Match NOFLAG Pattern PatternError RegexFlag S U UNICODE VERBOSE X
  compile error escape findall finditer fullmatch match purge search split sub subn template
scipy: *numpy LowLevelCallable __numpy_version__ cluster constants datasets differentiate fftpack ifft integrate
  interpolate io misc ndimage odr optimize rand randn signal sparse spatial special stats
scipy.cluster.vq: kmeans kmeans2 vq whiten
scipy.constants: Avogadro Boltzmann Btu Btu_IT Btu_th ConstantWarning G Julian_year N_A Planck R Rydberg
  Stefan_Boltzmann Wien absolute_import acre alpha angstrom arcmin arcminute arcsec arcsecond astronomical_unit atm
  atmosphere atomic_mass atto au bar barrel bbl blob c calorie calorie_IT calorie_th carat centi codata constants
  convert_temperature day deci degree degree_Fahrenheit deka division dyn dyne e eV electron_mass electron_volt
  elementary_charge epsilon_0 erg exa exbi femto fermi find fine_structure fluid_ounce fluid_ounce_US fluid_ounce_imp
  foot g gallon gallon_US gallon_imp gas_constant gibi giga golden golden_ratio grain gram gravitational_constant h
  hbar hectare hecto horsepower hour hp inch k kgf kibi kilo kilogram_force kmh knot lambda2nu lb lbf light_year liter
  litre long_ton m_e m_n m_p m_u mach mebi mega metric_ton micro micron mil mile milli minute mmHg mph mu_0 nano
  nautical_mile neutron_mass nu2lambda ounce oz parsec pebi peta physical_constants pi pico point pound pound_force
  precision print_function proton_mass psi pt quecto quetta ronna ronto short_ton sigma slinch slug speed_of_light
  speed_of_sound stone survey_foot survey_mile tebi tera ton_TNT torr troy_ounce troy_pound u unit value week yard
  year yobi yocto yotta zebi zepto zero_Celsius zetta
scipy.fft: dct dctn dst dstn fft fft2 fftfreq fftn fftshift fht fhtoffset get_workers hfft hfft2 hfftn idct idctn idst
  idstn ifft ifft2 ifftn ifftshift ifht ihfft ihfft2 ihfftn irfft irfft2 irfftn next_fast_len prev_fast_len
  register_backend rfft rfft2 rfftfreq rfftn set_backend set_global_backend set_workers skip_backend
scipy.fftpack: cc_diff cs_diff dct dctn diff dst dstn fft fft2 fftfreq fftn fftshift hilbert idct idctn idst idstn
  ifft ifft2 ifftn ifftshift ihilbert irfft itilbert next_fast_len rfft rfftfreq sc_diff shift ss_diff tilbert
scipy.integrate: AccuracyWarning BDF DOP853 DenseOutput IntegrationWarning LSODA ODEintWarning OdeSolution OdeSolver
  RK23 RK45 Radau absolute_import complex_ode cubature cumtrapz cumulative_simpson cumulative_trapezoid dblquad
  division dop fixed_quad lebedev_rule lsoda newton_cotes nquad nsum ode odeint odepack print_function qmc_quad quad
  quad_explain quad_vec quadpack quadrature romb romberg simps simpson solve_bvp solve_ivp tanhsinh tplquad trapezoid
  trapz vode
scipy.interpolate: AAA Akima1DInterpolator BPoly BSpline BarycentricInterpolator BivariateSpline
  CloughTocher2DInterpolator CubicHermiteSpline CubicSpline FloaterHormannInterpolator InterpolatedUnivariateSpline
  KroghInterpolator LSQBivariateSpline LSQSphereBivariateSpline LSQUnivariateSpline LinearNDInterpolator NdBSpline
  NdPPoly NearestNDInterpolator PPoly PchipInterpolator RBFInterpolator Rbf RectBivariateSpline
  RectSphereBivariateSpline RegularGridInterpolator SmoothBivariateSpline SmoothSphereBivariateSpline UnivariateSpline
  absolute_import approximate_taylor_polynomial barycentric_interpolate bisplev bisplrep dfitpack division fitpack
  fitpack2 generate_knots griddata insert interp1d interp2d interpn interpnd interpolate krogh_interpolate lagrange
  make_interp_spline make_lsq_spline make_smoothing_spline make_splprep make_splrep ndgriddata pade pchip
  pchip_interpolate polyint print_function rbf spalde splantider splder splev spleval spline splint splmake splprep
  splrep spltopp sproot
scipy.io: FortranEOFError FortranFile FortranFormattingError absolute_import arff byteordercodes division
  harwell_boeing hb_read hb_write idl loadmat matlab mminfo mmio mmread mmwrite netcdf netcdf_file netcdf_variable
  print_function readsav savemat wavfile whosmat
scipy.linalg: LinAlgError LinAlgWarning absolute_import bandwidth basic blas block_diag cdf2rdf cho_factor cho_solve
  cho_solve_banded cholesky cholesky_banded circulant clarkson_woodruff_transform companion convolution_matrix coshm
  cosm cossin cython_blas cython_lapack decomp decomp_cholesky decomp_lu decomp_qr decomp_schur decomp_svd det dft
  diagsvd division eig eig_banded eigh eigh_tridiagonal eigvals eigvals_banded eigvalsh eigvalsh_tridiagonal expm
  expm_cond expm_frechet fiedler fiedler_companion find_best_blas_type flinalg fractional_matrix_power funm
  get_blas_funcs get_lapack_funcs hadamard hankel helmert hessenberg hilbert inv invhilbert invpascal ishermitian
  issymmetric khatri_rao kron lapack ldl leslie linalg_version logm lstsq lu lu_factor lu_solve matfuncs
  matmul_toeplitz matrix_balance misc norm null_space ordqz orth orthogonal_procrustes pascal pinv pinv2 pinvh polar
  print_function qr qr_delete qr_insert qr_multiply qr_update qz rq rsf2csf schur signm sinhm sinm solve solve_banded
  solve_circulant solve_continuous_are solve_continuous_lyapunov solve_discrete_are solve_discrete_lyapunov
  solve_lyapunov solve_sylvester solve_toeplitz solve_triangular solveh_banded special_matrices sqrtm subspace_angles
  svd svdvals tanhm tanm toeplitz tri tril triu
scipy.misc: ascent central_diff_weights comb derivative doccer electrocardiogram face factorial factorial2 factorialk
  info logsumexp pade source warnings who
scipy.ndimage: absolute_import affine_transform binary_closing binary_dilation binary_erosion binary_fill_holes
  binary_hit_or_miss binary_opening binary_propagation black_tophat center_of_mass convolve convolve1d correlate
  correlate1d distance_transform_bf distance_transform_cdt distance_transform_edt division extrema filters
  find_objects fourier fourier_ellipsoid fourier_gaussian fourier_shift fourier_uniform gaussian_filter
  gaussian_filter1d gaussian_gradient_magnitude gaussian_laplace generate_binary_structure generic_filter
  generic_filter1d generic_gradient_magnitude generic_laplace geometric_transform grey_closing grey_dilation
  grey_erosion grey_opening histogram imread interpolation io iterate_structure label labeled_comprehension laplace
  map_coordinates maximum maximum_filter maximum_filter1d maximum_position mean measurements median median_filter
  minimum minimum_filter minimum_filter1d minimum_position morphological_gradient morphological_laplace morphology
  percentile_filter prewitt print_function rank_filter rotate shift sobel spline_filter spline_filter1d
  standard_deviation sum sum_labels uniform_filter uniform_filter1d value_indices variance vectorized_filter
  watershed_ift white_tophat zoom
scipy.optimize: BFGS Bounds BroydenFirst HessianUpdateStrategy InverseJacobian KrylovJacobian LbfgsInvHessProduct
  LinearConstraint NoConvergence NonlinearConstraint OptimizeResult OptimizeWarning RootResults SR1 absolute_import
  anderson approx_fprime basinhopping bisect bracket brent brenth brentq broyden1 broyden2 brute check_grad cobyla
  curve_fit diagbroyden differential_evolution direct division dual_annealing excitingmixing fixed_point fmin
  fmin_bfgs fmin_cg fmin_cobyla fmin_l_bfgs_b fmin_ncg fmin_powell fmin_slsqp fmin_tnc fminbound fsolve golden
  isotonic_regression lbfgsb least_squares leastsq line_search linear_sum_assignment linearmixing linesearch linprog
  linprog_verbose_callback lsq_linear milp minimize minimize_scalar minpack minpack2 moduleTNC newton newton_krylov
  nnls nonlin optimize print_function quadratic_assignment ridder root root_scalar rosen rosen_der rosen_hess
  rosen_hess_prod shgo show_options slsqp tnc toms748 zeros
scipy.signal: BadCoefficients CZT ShortTimeFFT StateSpace TransferFunction ZerosPolesGain ZoomFFT abcd_normalize
  absolute_import argrelextrema argrelmax argrelmin band_stop_obj barthann bartlett bessel besselap bilinear
  bilinear_zpk blackman blackmanharris bode bohman boxcar bspline bsplines buttap butter buttord cascade cheb1ap
  cheb1ord cheb2ap cheb2ord chebwin cheby1 cheby2 check_COLA check_NOLA chirp choose_conv_method
  closest_STFT_dual_window cmplx_sort coherence cont2discrete convolve convolve2d correlate correlate2d
  correlation_lags cosine csd cspline1d cspline1d_eval cspline2d cubic cwt czt czt_points daub dbode decimate
  deconvolve detrend dfreqresp dimpulse division dlsim dlti dstep ellip ellipap ellipord envelope exponential
  fftconvolve filter_design filtfilt find_peaks find_peaks_cwt findfreqs fir_filter_design firls firwin firwin2
  firwin_2d flattop freqresp freqs freqs_zpk freqz freqz_sos freqz_zpk gammatone gauss_spline gaussian gausspulse
  general_gaussian get_window group_delay hamming hann hanning hilbert hilbert2 iircomb iirdesign iirfilter iirnotch
  iirpeak impulse impulse2 invres invresz istft kaiser kaiser_atten kaiser_beta kaiserord lfilter lfilter_zi lfiltic
  lombscargle lp2bp lp2bp_zpk lp2bs lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk lsim lsim2 lti lti_conversion ltisys
  max_len_seq medfilt medfilt2d minimum_phase morlet morlet2 normalize nuttall oaconvolve order_filter parzen
  peak_prominences peak_widths periodogram place_poles print_function qmf qspline1d qspline1d_eval qspline2d quadratic
  remez resample resample_poly residue residuez ricker savgol_coeffs savgol_filter sawtooth sepfir2d signaltools
  sigtools slepian sos2tf sos2zpk sosfilt sosfilt_zi sosfiltfilt sosfreqz spectral spectrogram spline spline_filter
  square ss2tf ss2zpk step step2 stft sweep_poly symiirorder1 symiirorder2 tf2sos tf2ss tf2zpk triang tukey
  unique_roots unit_impulse upfirdn vectorstrength waveforms wavelets welch wiener windows zoom_fft zpk2sos zpk2ss
  zpk2tf
scipy.sparse: SparseEfficiencyWarning SparseWarning absolute_import base block_array block_diag bmat bsr bsr_array
  bsr_matrix compressed construct coo coo_array coo_matrix csc csc_array csc_matrix csgraph csr csr_array csr_matrix
  data dia dia_array dia_matrix diags diags_array division dok dok_array dok_matrix expand_dims extract eye eye_array
  find get_index_dtype hstack identity issparse isspmatrix isspmatrix_bsr isspmatrix_coo isspmatrix_csc isspmatrix_csr
  isspmatrix_dia isspmatrix_dok isspmatrix_lil kron kronsum lil lil_array lil_matrix linalg load_npz permute_dims
  print_function rand random random_array safely_cast_index_arrays save_npz sparray sparsetools spdiags spmatrix
  sputils swapaxes tril triu vstack
scipy.sparse.linalg: ArpackError ArpackNoConvergence LaplacianNd LinearOperator MatrixRankWarning SuperLU
  absolute_import arpack aslinearoperator bicg bicgstab cg cgs division dsolve eigen eigs eigsh expm expm_multiply
  factorized funm_multiply_krylov gcrotmk gmres interface inv is_sptriangular isolve iterative lgmres linsolve lobpcg
  lsmr lsqr matfuncs matrix_power minres norm onenormest print_function qmr spbandwidth spilu splu spsolve
  spsolve_triangular svds tfqmr use_solver utils
scipy.spatial: ConvexHull Delaunay HalfspaceIntersection KDTree QhullError Rectangle SphericalVoronoi Voronoi
  absolute_import cKDTree ckdtree convex_hull_plot_2d delaunay_plot_2d distance distance_matrix division
  geometric_slerp kdtree minkowski_distance minkowski_distance_p print_function procrustes qhull transform tsearch
  voronoi_plot_2d
scipy.spatial.distance: braycurtis canberra cdist chebyshev cityblock correlation cosine dice directed_hausdorff
  euclidean hamming is_valid_dm is_valid_y jaccard jensenshannon kulczynski1 kulsinski mahalanobis matching minkowski
  num_obs_dm num_obs_y pdist rogerstanimoto russellrao seuclidean sokalmichener sokalsneath sqeuclidean squareform
  wminkowski yule
scipy.special: SpecialFunctionError SpecialFunctionWarning absolute_import agm ai_zeros airy airye assoc_laguerre
  assoc_legendre_p assoc_legendre_p_all basic bdtr bdtrc bdtri bdtrik bdtrin bei bei_zeros beip beip_zeros ber
  ber_zeros bernoulli berp berp_zeros bessel_diff_formula besselpoly beta betainc betaincc betainccinv betaincinv
  betaln bi_zeros binom boxcox boxcox1p btdtr btdtri btdtria btdtrib c_roots cbrt cg_roots chdtr chdtrc chdtri chdtriv
  chebyc chebys chebyt chebyu chndtr chndtridf chndtrinc chndtrix clpmn comb cosdg cosm1 cotdg dawsn digamma diric
  division ellip_harm ellip_harm_2 ellip_normal ellipe ellipeinc ellipj ellipk ellipkinc ellipkm1 elliprc elliprd
  elliprf elliprg elliprj entr erf erf_zeros erfc erfcinv erfcx erfi erfinv errprint errstate euler eval_chebyc
  eval_chebys eval_chebyt eval_chebyu eval_gegenbauer eval_genlaguerre eval_hermite eval_hermitenorm eval_jacobi
  eval_laguerre eval_legendre eval_sh_chebyt eval_sh_chebyu eval_sh_jacobi eval_sh_legendre exp1 exp10 exp2 expi expit
  expm1 expn exprel factorial factorial2 factorialk fdtr fdtrc fdtri fdtridfd fresnel fresnel_zeros fresnelc_zeros
  fresnels_zeros gamma gammainc gammaincc gammainccinv gammaincinv gammaln gammasgn gdtr gdtrc gdtria gdtrib gdtrix
  gegenbauer genlaguerre geterr h1vp h2vp h_roots hankel1 hankel1e hankel2 hankel2e he_roots hermite hermitenorm huber
  hyp0f1 hyp1f1 hyp1f2 hyp2f0 hyp2f1 hyp3f0 hyperu i0 i0e i1 i1e inv_boxcox inv_boxcox1p it2i0k0 it2j0y0 it2struve0
  itairy iti0k0 itj0y0 itmodstruve0 itstruve0 iv ive ivp j0 j1 j_roots jacobi jn jn_zeros jnjnp_zeros jnp_zeros
  jnyn_zeros js_roots jv jve jvp k0 k0e k1 k1e kei kei_zeros keip keip_zeros kelvin kelvin_zeros ker ker_zeros kerp
  kerp_zeros kl_div kn kolmogi kolmogorov kv kve kvp l_roots la_roots laguerre lambertw legendre legendre_p
  legendre_p_all lmbda log1p log_expit log_ndtr log_softmax log_wright_bessel loggamma logit logsumexp lpmn lpmv lpn
  lqmn lqn mathieu_a mathieu_b mathieu_cem mathieu_even_coef mathieu_modcem1 mathieu_modcem2 mathieu_modsem1
  mathieu_modsem2 mathieu_odd_coef mathieu_sem modfresnelm modfresnelp modstruve multigammaln nbdtr nbdtrc nbdtri
  nbdtrik nbdtrin ncfdtr ncfdtri ncfdtridfd ncfdtridfn ncfdtrinc nctdtr nctdtridf nctdtrinc nctdtrit ndtr ndtri
  ndtri_exp np nrdtrimn nrdtrisd obl_ang1 obl_ang1_cv obl_cv obl_cv_seq obl_rad1 obl_rad1_cv obl_rad2 obl_rad2_cv
  orthogonal owens_t p_roots pbdn_seq pbdv pbdv_seq pbvv pbvv_seq pbwa pdtr pdtrc pdtri pdtrik perm poch polygamma
  powm1 print_function pro_ang1 pro_ang1_cv pro_cv pro_cv_seq pro_rad1 pro_rad1_cv pro_rad2 pro_rad2_cv ps_roots
  pseudo_huber psi radian rel_entr rgamma riccati_jn riccati_yn roots_chebyc roots_chebys roots_chebyt roots_chebyu
  roots_gegenbauer roots_genlaguerre roots_hermite roots_hermitenorm roots_jacobi roots_laguerre roots_legendre
  roots_sh_chebyt roots_sh_chebyu roots_sh_jacobi roots_sh_legendre round s_roots seterr sf_error sh_chebyt sh_chebyu
  sh_jacobi sh_legendre shichi sici sinc sindg smirnov smirnovi softmax softplus specfun spence spfun_stats sph_harm
  sph_harm_y sph_harm_y_all sph_legendre_p sph_legendre_p_all spherical_in spherical_jn spherical_kn spherical_yn
  stdtr stdtridf stdtrit stirling2 struve t_roots tandg tklmbda ts_roots u_roots us_roots voigt_profile wofz
  wright_bessel wrightomega xlog1py xlogy y0 y0_zeros y1 y1_zeros y1p_zeros yn yn_zeros ynp_zeros yv yve yvp zeta
  zetac
scipy.stats: Binomial BootstrapMethod CensoredData ConstantInputWarning Covariance DegenerateDataWarning FitError
  Logistic Mixture MonteCarloMethod NearConstantInputWarning Normal NumericalInverseHermite PermutationMethod Uniform
  abs absolute_import alexandergovern alpha anderson anderson_ksamp anglit ansari arcsine argus barnard_exact bartlett
  bayes_mvs bernoulli beta betabinom betanbinom betaprime biasedurn binned_statistic binned_statistic_2d
  binned_statistic_dd binom binom_test binomtest boltzmann bootstrap boschloo_exact boxcox boxcox_llf boxcox_normmax
  boxcox_normplot bradford brunnermunzel burr burr12 bws_test cauchy chatterjeexi chi chi2 chi2_contingency chisquare
  circmean circstd circvar combine_pvalues contingency cosine cramervonmises cramervonmises_2samp crystalball cumfreq
  describe dgamma differential_entropy directional_stats dirichlet dirichlet_multinomial distributions division
  dlaplace dpareto_lognorm dunnett dweibull ecdf energy_distance entropy epps_singleton_2samp erlang exp expectile
  expon exponnorm exponpow exponweib f f_oneway false_discovery_control fatiguelife find_repeats fisher_exact fisk fit
  fligner foldcauchy foldnorm frechet_l frechet_r friedmanchisquare gamma gausshyper gaussian_kde genexpon genextreme
  gengamma genhalflogistic genhyperbolic geninvgauss genlogistic gennorm genpareto geom gibrat gilbrat gmean gompertz
  goodness_of_fit gstd gumbel_l gumbel_r gzscore halfcauchy halfgennorm halflogistic halfnorm hmean hypergeom
  hypsecant invgamma invgauss invweibull invwishart iqr irwinhall itemfreq jarque_bera jf_skew_t johnsonsb johnsonsu
  kappa3 kappa4 kde kendalltau kruskal ks_1samp ks_2samp ksone kstat kstatvar kstest kstwo kstwobign kurtosis
  kurtosistest landau laplace laplace_asymmetric levene levy levy_l levy_stable linregress lmoment log loggamma
  logistic loglaplace lognorm logrank logser loguniform lomax make_distribution mannwhitneyu matrix_normal matrix_t
  maxwell median_abs_deviation median_test mielke mode moment monte_carlo_test mood morestats moyal mstats
  mstats_basic mstats_extras multinomial multiscale_graphcorr multivariate_hypergeom multivariate_normal
  multivariate_t mvn mvsdist nakagami nbinom ncf nchypergeom_fisher nchypergeom_wallenius nct ncx2 nhypergeom norm
  normal_inverse_gamma normaltest norminvgauss obrientransform order_statistic ortho_group page_trend_test pareto
  pearson3 pearsonr percentileofscore permutation_test planck pmean pointbiserialr poisson poisson_binom
  poisson_means_test power power_divergence powerlaw powerlognorm powernorm ppcc_max ppcc_plot print_function probplot
  qmc quantile quantile_test randint random_correlation random_table rankdata ranksums rayleigh rdist recipinvgauss
  reciprocal rel_breitwigner relfreq rice rv_continuous rv_discrete rv_histogram rvs_ratio_uniforms scoreatpercentile
  sem semicircular shapiro siegelslopes sigmaclip skellam skew skewcauchy skewnorm skewtest sobol_indices somersd
  spearmanr spearmanrho special_ortho_group statlib stats studentized_range t theilslopes tiecorrect tmax tmean tmin
  trapezoid trapz triang trim1 trim_mean trimboth truncate truncexpon truncnorm truncpareto truncweibull_min tsem tstd
  ttest_1samp ttest_ind ttest_ind_from_stats ttest_rel tukey_hsd tukeylambda tvar uniform uniform_direction
  unitary_group variation vonmises vonmises_fisher vonmises_line wald wasserstein_distance wasserstein_distance_nd
  weibull_max weibull_min weightedtau wilcoxon wishart wrapcauchy yeojohnson yeojohnson_llf yeojohnson_normmax
  yeojohnson_normplot yulesimon zipf zipfian zmap zscore
seaborn: FacetGrid JointGrid PairGrid algorithms axes_style axisgrid barplot blend_palette boxenplot boxplot
  categorical catplot choose_colorbrewer_palette choose_cubehelix_palette choose_dark_palette choose_diverging_palette
  choose_light_palette clustermap cm color_palette colors countplot crayon_palette crayons cubehelix_palette
  dark_palette desaturate despine displot distplot distributions diverging_palette dogplot ecdfplot external
  get_data_home get_dataset_names heatmap histplot hls_palette husl_palette jointplot kdeplot light_palette lineplot
  lmplot load_dataset matrix miscplot move_legend mpl mpl_palette pairplot palettes palplot plotting_context pointplot
  rcmod regplot regression relational relplot reset_defaults reset_orig residplot rugplot saturate scatterplot set
  set_color_codes set_context set_hls_values set_palette set_style set_theme stripplot swarmplot utils violinplot
  widgets xkcd_palette xkcd_rgb
shutil: Error ExecError SameFileError SpecialFileError chown copy copy2 copyfile copyfileobj copymode copystat
  copytree disk_usage get_archive_formats get_terminal_size get_unpack_formats ignore_patterns make_archive move
  register_archive_format register_unpack_format rmtree unpack_archive unregister_archive_format
  unregister_unpack_format which
sklearn.cluster: AffinityPropagation AgglomerativeClustering Birch BisectingKMeans DBSCAN FeatureAgglomeration HDBSCAN
  KMeans MeanShift MiniBatchKMeans OPTICS SpectralBiclustering SpectralClustering SpectralCoclustering
  affinity_propagation cluster_optics_dbscan cluster_optics_xi compute_optics_graph dbscan estimate_bandwidth
  get_bin_seeds k_means kmeans_plusplus linkage_tree mean_shift spectral_clustering ward_tree
sklearn.compose: ColumnTransformer TransformedTargetRegressor make_column_selector make_column_transformer
sklearn.datasets: clear_data_home dump_svmlight_file fetch_20newsgroups fetch_20newsgroups_vectorized
  fetch_california_housing fetch_covtype fetch_file fetch_kddcup99 fetch_lfw_pairs fetch_lfw_people
  fetch_olivetti_faces fetch_openml fetch_rcv1 fetch_species_distributions get_data_home load_boston
  load_breast_cancer load_diabetes load_digits load_files load_iris load_linnerud load_sample_image load_sample_images
  load_svmlight_file load_svmlight_files load_wine make_biclusters make_blobs make_checkerboard make_circles
  make_classification make_friedman1 make_friedman2 make_friedman3 make_gaussian_quantiles make_hastie_10_2
  make_low_rank_matrix make_moons make_multilabel_classification make_regression make_s_curve make_sparse_coded_signal
  make_sparse_spd_matrix make_sparse_uncorrelated make_spd_matrix make_swiss_roll
sklearn.decomposition: DictionaryLearning FactorAnalysis FastICA IncrementalPCA KernelPCA LatentDirichletAllocation
  MiniBatchDictionaryLearning MiniBatchNMF MiniBatchSparsePCA NMF PCA SparseCoder SparsePCA TruncatedSVD dict_learning
  dict_learning_online fastica non_negative_factorization randomized_svd sparse_encode
sklearn.ensemble: AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BaseEnsemble
  ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier GradientBoostingRegressor
  HistGradientBoostingClassifier HistGradientBoostingRegressor IsolationForest RandomForestClassifier
  RandomForestRegressor RandomTreesEmbedding StackingClassifier StackingRegressor VotingClassifier VotingRegressor
sklearn.feature_extraction: DictVectorizer FeatureHasher grid_to_graph image img_to_graph text
sklearn.feature_extraction.text: CountVectorizer ENGLISH_STOP_WORDS HashingVectorizer TfidfTransformer TfidfVectorizer
  strip_accents_ascii strip_accents_unicode strip_tags
sklearn.feature_selection: GenericUnivariateSelect RFE RFECV SelectFdr SelectFpr SelectFromModel SelectFwe SelectKBest
  SelectPercentile SelectorMixin SequentialFeatureSelector VarianceThreshold chi2 f_classif f_oneway f_regression
  mutual_info_classif mutual_info_regression r_regression
sklearn.impute: KNNImputer MissingIndicator SimpleImputer
sklearn.linear_model: ARDRegression BayesianRidge ElasticNet ElasticNetCV GammaRegressor Hinge Huber HuberRegressor
  Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC LinearRegression Log LogisticRegression
  LogisticRegressionCV ModifiedHuber MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV
  OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV PassiveAggressiveClassifier PassiveAggressiveRegressor
  Perceptron PoissonRegressor QuantileRegressor RANSACRegressor Ridge RidgeCV RidgeClassifier RidgeClassifierCV
  SGDClassifier SGDOneClassSVM SGDRegressor SquaredLoss TheilSenRegressor TweedieRegressor enet_path lars_path
  lars_path_gram lasso_path orthogonal_mp orthogonal_mp_gram ridge_regression
sklearn.manifold: ClassicalMDS Isomap LocallyLinearEmbedding MDS SpectralEmbedding TSNE locally_linear_embedding
  smacof spectral_embedding trustworthiness
sklearn.metrics: ConfusionMatrixDisplay DetCurveDisplay DistanceMetric PrecisionRecallDisplay PredictionErrorDisplay
  RocCurveDisplay SCORERS accuracy_score adjusted_mutual_info_score adjusted_rand_score auc average_precision_score
  balanced_accuracy_score brier_score_loss calinski_harabasz_score check_scoring class_likelihood_ratios
  classification_report cluster cohen_kappa_score completeness_score confusion_matrix confusion_matrix_at_thresholds
  consensus_score coverage_error d2_absolute_error_score d2_brier_score d2_log_loss_score d2_pinball_score
  d2_tweedie_score davies_bouldin_score dcg_score det_curve euclidean_distances explained_variance_score f1_score
  fbeta_score fowlkes_mallows_score get_scorer get_scorer_names hamming_loss hinge_loss
  homogeneity_completeness_v_measure homogeneity_score jaccard_score label_ranking_average_precision_score
  label_ranking_loss log_loss make_scorer matthews_corrcoef max_error mean_absolute_error
  mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss mean_poisson_deviance mean_squared_error
  mean_squared_log_error mean_tweedie_deviance median_absolute_error metric_at_thresholds multilabel_confusion_matrix
  mutual_info_score nan_euclidean_distances ndcg_score normalized_mutual_info_score pair_confusion_matrix
  pairwise_distances pairwise_distances_argmin pairwise_distances_argmin_min pairwise_distances_chunked
  pairwise_kernels plot_confusion_matrix plot_det_curve plot_precision_recall_curve plot_roc_curve
  precision_recall_curve precision_recall_fscore_support precision_score r2_score rand_score recall_score
  roc_auc_score roc_curve root_mean_squared_error root_mean_squared_log_error silhouette_samples silhouette_score
  top_k_accuracy_score v_measure_score zero_one_loss
sklearn.mixture: BayesianGaussianMixture GaussianMixture
sklearn.model_selection: BaseCrossValidator BaseShuffleSplit GridSearchCV GroupKFold GroupShuffleSplit KFold
  LeaveOneGroupOut LeaveOneOut LeavePGroupsOut LeavePOut ParameterGrid ParameterSampler PredefinedSplit
  RandomizedSearchCV RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedGroupKFold StratifiedKFold
  StratifiedShuffleSplit TimeSeriesSplit check_cv cross_val_predict cross_val_score cross_validate learning_curve
  permutation_test_score train_test_split validation_curve
sklearn.naive_bayes: BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB
sklearn.neighbors: BallTree DistanceMetric KDTree KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer
  KernelDensity LocalOutlierFactor NearestCentroid NearestNeighbors NeighborhoodComponentsAnalysis
  RadiusNeighborsClassifier RadiusNeighborsRegressor RadiusNeighborsTransformer VALID_METRICS VALID_METRICS_SPARSE
  kneighbors_graph radius_neighbors_graph sort_graph_by_row_values
sklearn.neural_network: BernoulliRBM MLPClassifier MLPRegressor
sklearn.pipeline: FeatureUnion Pipeline make_pipeline make_union
sklearn.preprocessing: Binarizer FunctionTransformer KBinsDiscretizer KernelCenterer LabelBinarizer LabelEncoder
  MaxAbsScaler MinMaxScaler MultiLabelBinarizer Normalizer OneHotEncoder OrdinalEncoder PolynomialFeatures
  PowerTransformer QuantileTransformer RobustScaler SplineTransformer StandardScaler TargetEncoder add_dummy_feature
  binarize label_binarize maxabs_scale minmax_scale normalize power_transform quantile_transform robust_scale scale
sklearn.svm: LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR l1_min_c
sklearn.tree: BaseDecisionTree DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor
  export_graphviz export_text plot_tree
statistics: NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean kde kde_random
  linear_regression mean median median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev
  variance
string: Formatter Template ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable
  punctuation whitespace
struct: Struct calcsize error iter_unpack pack pack_into unpack unpack_from
subprocess: CalledProcessError CompletedProcess DEVNULL PIPE Popen STDOUT SubprocessError TimeoutExpired call
  check_call check_output getoutput getstatusoutput run
sympy: Abs AccumBounds Add Adjoint AlgebraicField AlgebraicNumber And AppliedPredicate Array AssumptionsContext Atom
  AtomicExpr BasePolynomialError Basic BlockDiagMatrix BlockMatrix CC CRootOf Catalan Chi Ci Circle CoercionFailed
  Complement ComplexField ComplexRegion ComplexRootOf Complexes ComputationFailed ConditionSet Contains
  CosineTransform Curve DeferredVector DenseNDimArray Derivative Determinant DiagMatrix DiagonalMatrix DiagonalOf Dict
  DiracDelta DisjointUnion Domain DomainError DotProduct Dummy E E1 EPath EX EXRAW Ei Eijk Ellipse EmptySequence
  EmptySet Eq Equality Equivalent EulerGamma EvaluationFailed ExactQuotientFailed Expr ExpressionDomain
  ExtraneousFactors FF FF_gmpy FF_python FU FallingFactorial FiniteField FiniteSet FlagError Float FourierTransform
  FractionField Function FunctionClass FunctionMatrix GF GMPYFiniteField GMPYIntegerRing GMPYRationalField Ge
  GeneratorsError GeneratorsNeeded GeometryError GoldenRatio GramSchmidt GreaterThan GroebnerBasis Gt HadamardPower
  HadamardProduct HankelTransform Heaviside HeuristicGCDFailed HomomorphismFailed I ITE Id Identity Idx ImageSet
  ImmutableDenseMatrix ImmutableDenseNDimArray ImmutableMatrix ImmutableSparseMatrix ImmutableSparseNDimArray Implies
  Indexed IndexedBase Integer IntegerRing Integers Integral Intersection Interval Inverse InverseCosineTransform
  InverseFourierTransform InverseHankelTransform InverseLaplaceTransform InverseMellinTransform InverseSineTransform
  IsomorphismFailed KroneckerDelta KroneckerProduct LC LM LT Lambda LambertW LaplaceTransform Le LessThan LeviCivita
  Li Limit Line Line2D Line3D Lt MatAdd MatMul MatPow Matrix MatrixBase MatrixExpr MatrixPermute MatrixSlice
  MatrixSymbol Max MellinTransform Min Mod Monomial Mul MultivariatePolynomialError MutableDenseMatrix
  MutableDenseNDimArray MutableMatrix MutableSparseMatrix MutableSparseNDimArray N NDimArray Nand Naturals Naturals0
  Ne NonSquareMatrixError Nor Not NotAlgebraic NotInvertible NotReversible Number NumberSymbol O OmegaPower OneMatrix
  OperationNotSupported OptionError Options Or Order Ordinal POSform Parabola Permanent PermutationMatrix Piecewise
  Plane Point Point2D Point3D PoleError PolificationFailed Poly Polygon PolynomialDivisionFailed PolynomialError
  PolynomialRing Pow PowerSet PrecisionExhausted Predicate Product ProductSet PurePoly PythonFiniteField
  PythonIntegerRing PythonRational Q QQ QQ_I QQ_gmpy QQ_python Quaternion RR Range Rational RationalField Rationals
  Ray Ray2D Ray3D RealField RealNumber Reals RefinementFailed RegularPolygon Rel Rem RisingFactorial RootOf RootSum S
  SOPform Segment Segment2D Segment3D SeqAdd SeqFormula SeqMul SeqPer Set ShapeError Shi Si Sieve SineTransform
  SingularityFunction SparseMatrix SparseNDimArray StrPrinter StrictGreaterThan StrictLessThan Subs Sum Symbol
  SymmetricDifference SympifyError TableForm Trace Transpose Triangle TribonacciConstant Tuple Unequality
  UnevaluatedExpr UnificationFailed Union UnivariatePolynomialError UniversalSet Wild WildFunction Xor Ynm Ynm_c ZZ
  ZZ_I ZZ_gmpy ZZ_python ZeroMatrix Znm __version__ abundance acos acosh acot acoth acsc acsch adjoint airyai
  airyaiprime airybi airybiprime algebras all_roots andre apart apart_list appellf1 apply_finite_diff approximants
  are_similar arg arity asec asech asin asinh ask assemble_partfrac_list assoc_laguerre assoc_legendre assuming
  assumptions atan atan2 atanh banded bell bernoulli besseli besselj besselk besselsimp bessely beta betainc
  betainc_regularized binomial binomial_coefficients binomial_coefficients_list block_collapse blockcut bool_map
  bottom_up bspline_basis bspline_basis_set cacheit calculus cancel capture carmichael cartes casoratian catalan cbrt
  ccode ceiling centroid chebyshevt chebyshevt_poly chebyshevt_root chebyshevu chebyshevu_poly chebyshevu_root
  check_assumptions checkodesol checkpdesol checksol classify_ode classify_pde closest_points cofactors collect
  collect_const combsimp comp compose composite compositepi concrete conjugate construct_domain content
  continued_fraction continued_fraction_convergents continued_fraction_iterator continued_fraction_periodic
  continued_fraction_reduce convex_hull convolution cos cosh cosine_transform cot coth count_ops count_roots
  covering_product csc csch cse cxxcode cycle_length cyclotomic_poly decompogen decompose default_sort_key deg degree
  degree_list denom derive_by_array det det_quick diag diagonalize_vector dict_merge diff difference_delta
  differentiate_finite digamma diophantine dirichlet_eta discrete discrete_log discriminant div divisor_count
  divisor_sigma divisors doctest dotprint dsolve egyptian_fraction elliptic_e elliptic_f elliptic_k elliptic_pi epath
  erf erf2 erf2inv erfc erfcinv erfi erfinv euler euler_equations evalf evaluate exp exp_polar expand expand_complex
  expand_func expand_log expand_mul expand_multinomial expand_power_base expand_power_exp expand_trig expint
  exptrigsimp exquo external eye factor factor_cache factor_list factor_nc factor_system factor_terms factorial
  factorial2 factorint factorrat failing_assumptions false farthest_points fcode ff fft fibonacci field
  field_isomorphism filldedent finite_diff_weights flatten floor fourier_series fourier_transform fps frac fraction
  fresnelc fresnels fu functions fwht galois_group gamma gammasimp gcd gcd_list gcd_terms gcdex gegenbauer genocchi
  geometry get_contraction_structure get_indices gff gff_list glsl_code grevlex grlex groebner ground_roots group
  gruntz hadamard_product half_gcdex hankel1 hankel2 hankel_transform harmonic has_dups has_variety hermite
  hermite_poly hermite_prob hermite_prob_poly hessian hn1 hn2 homogeneous_order horner hyper hyperexpand hypersimilar
  hypersimp idiff ifft ifwht igcd igrevlex igrlex ilcm ilex im imageset init_printing init_session integer_log
  integer_nthroot integrate interactive interactive_traversal interpolate interpolating_poly interpolating_spline
  intersecting_product intersection intervals intt inv_quick inverse_cosine_transform inverse_fourier_transform
  inverse_hankel_transform inverse_laplace_transform inverse_mellin_transform inverse_mobius_transform
  inverse_sine_transform invert is_abundant is_amicable is_carmichael is_convex is_decreasing is_deficient
  is_increasing is_mersenne_prime is_monotonic is_nthpow_residue is_perfect is_primitive_root is_quad_residue
  is_strictly_decreasing is_strictly_increasing is_zero_dimensional isolate isprime itermonomials jacobi
  jacobi_normalized jacobi_poly jacobi_symbol jn jn_zeros jordan_cell jscode julia_code kronecker_product
  kronecker_symbol kroneckersimp laguerre laguerre_poly lambdify laplace_correspondence laplace_initial_conds
  laplace_transform latex lcm lcm_list legendre legendre_poly legendre_symbol lerchphi lex li limit limit_seq
  line_integrate linear_eq_to_matrix linsolve list2numpy ln log logcombine loggamma lowergamma lucas maple_code
  marcumq mathematica_code mathieuc mathieucprime mathieus mathieusprime mathml matrix2numpy
  matrix_multiply_elementwise matrix_symbols maximum meijerg mellin_transform memoize_property mersenne_prime_exponent
  minimal_polynomial minimum minpoly mobius mobius_transform mod_inverse monic motzkin multigamma multiline_latex
  multinomial_coefficients multipledispatch multiplicity n_order nan nextprime nfloat nonlinsolve not_empty_in
  npartitions nroots nsimplify nsolve nth_power_roots_poly ntheory nthroot_mod ntt num_digits numbered_symbols numer
  octave_code ode_order ones oo ord0 ordered pager_print parallel_poly_from_expr parse_expr parsing partition
  pde_separate pde_separate_add pde_separate_mul pdiv pdsolve per perfect_power periodic_argument periodicity
  permutedims pexquo pi piecewise_exclusive piecewise_fold plot plot_backends plot_implicit plot_parametric plotting
  polar_lift polarify pollard_pm1 pollard_rho poly poly_from_expr polygamma polylog polys posify postfixes
  postorder_traversal powdenest powsimp pprint pprint_try_use_unicode pprint_use_unicode pquo prefixes prem
  preorder_traversal pretty pretty_print preview prevprime prime prime_decomp prime_valuation primefactors primenu
  primeomega primepi primerange primitive primitive_element primitive_root primorial principal_branch print_ccode
  print_fcode print_glsl print_gtk print_jscode print_latex print_maple_code print_mathml print_python print_rcode
  print_tree printing prod product proper_divisor_count proper_divisors public pycode python quadratic_congruence
  quadratic_residues quo rad radsimp randMatrix random_poly randprime rational_interpolate ratsimp ratsimpmodprime
  rcode rcollect re real_root real_roots reduce_abs_inequalities reduce_abs_inequality reduce_inequalities reduced
  reduced_totient refine refine_root register_handler release rem remove_handler reshape residue resultant rf
  riemann_xi ring root rootof roots rot_axis1 rot_axis2 rot_axis3 rot_ccw_axis1 rot_ccw_axis2 rot_ccw_axis3 rot_givens
  rotations round_two rsolve rsolve_hyper rsolve_poly rsolve_ratio rust_code satisfiable sec sech separatevars
  sequence series seterr sfield shape sieve sift sign signsimp simplify simplify_logic sin sinc sine_transform
  singularities singularityintegrate sinh smtlib_code solve solve_linear solve_linear_system solve_linear_system_LU
  solve_poly_inequality solve_poly_system solve_rational_inequalities solve_triangulated solve_undetermined_coeffs
  solve_univariate_inequality solveset source sqf sqf_list sqf_norm sqf_part sqrt sqrt_mod sqrt_mod_iter sqrtdenest
  srepr sring sstr sstrrepr stationary_points stieltjes strategies sturm subfactorial subresultants subsets
  substitution summation swinnerton_dyer_poly symarray symbols symmetric_poly symmetrize sympify take tan tanh tensor
  tensorcontraction tensordiagonal tensorproduct terms_gcd test textplot threaded timed to_cnf to_dnf to_nnf
  to_number_field together topological_sort total_degree totient trace trailing transpose tribonacci trigamma trigsimp
  true trunc unbranched_argument unflatten unpolarify uppergamma use utilities var variations vectorize vfield viete
  vring wronskian xfield xring xthreaded yn zeros zeta zoo
sympy.abc: A Any B C D E F G H I J K L M N O P Q R S T U V W X Y Z a alpha annotations b beta c chi d delta e epsilon
  eta f g gamma greeks h i iota j k kappa l lamda m mu n ns nu o omega omicron p phi pi psi q r rho s sigma string
  symbols t tDict tau theta u upsilon v w x xi y z zeta
sympy.physics.mechanics: ActuatorBase Body CoordinateSym CoulombKineticFriction CylindricalJoint DuffingSpring Dyadic
  Force ForceActuator Inertia JointsMethod KanesMethod LagrangesMethod Lagrangian LinearDamper LinearPathway
  LinearSpring Linearizer ObstacleSetPathway Particle PathwayBase PinJoint PlanarJoint Point PrismaticJoint
  ReferenceFrame RigidBody SphericalJoint SymbolicSystem System Torque TorqueActuator Vector WeldJoint
  WrappingCylinder WrappingGeometryBase WrappingPathway WrappingSphere angular_momentum cross curl divergence dot
  dynamicsymbols express find_dynamicsymbols get_motion_params gradient inertia inertia_of_point_mass init_vprinting
  is_conservative is_solenoidal kinematic_equations kinetic_energy linear_momentum mechanics_printing mlatex mpprint
  mprint msprint msubs outer partial_velocity potential_energy scalar_potential scalar_potential_difference
  time_derivative vector vlatex vpprint vprint vsprint vsstrrepr
sympy.physics.units: A Bq C D Da Dimension DimensionSystem F G Gy H Hz J K L N Pa Quantity R S T Unit UnitSystem V W
  Wb Z0 acceleration acceleration_due_to_gravity action amount amount_of_substance ampere amperes amu amus angstrom
  angstroms angular_mil angular_mils anomalistic_year anomalistic_years area astronomical_unit astronomical_units atm
  atmosphere atmospheres atomic_mass_constant atomic_mass_unit atto au avogadro avogadro_constant avogadro_number bar
  bars becquerel bit bits boltzmann boltzmann_constant byte c cL candela candelas capacitance cd centi centiliter
  centiliters centimeter centimeters charge cl cm common_year common_years conductance convert_to coulomb
  coulomb_constant coulombs current dHg0 dL dalton day days deca deci deciliter deciliters decimeter decimeters deg
  degree degrees dioptre dl dm draconic_year draconic_years e0 eV electric_constant electric_force_constant
  electron_rest_mass electronvolt electronvolts elementary_charge energy exa exbi exbibyte exbibytes farad
  faraday_constant farads feet femto foot force frequency ft full_moon_cycle full_moon_cycles g gaussian_year
  gaussian_years gee gees gibi gibibyte gibibytes giga gram grams gravitational_constant gray h ha hbar hectare hecto
  henry henrys hertz hour hours hz impedance inch inches inductance josephson_constant joule joules julian_year
  julian_years kPa kat katal kelvin kelvins kg kibi kibibyte kibibytes kilo kilogram kilograms kilometer kilometers km
  l length lightyear lightyears liter liters luminosity luminous_intensity lux lx ly m mL magnetic_constant
  magnetic_density magnetic_flux magnetic_flux_density mass me mebi mebibyte mebibytes mega meter meters metric_ton mg
  mho mhos mi micro microgram micrograms micrometer micrometers micron microns microsecond microseconds mil mile miles
  milli milli_mass_unit milligram milligrams milliliter milliliters millimeter millimeters millisecond milliseconds
  minute minutes mks mksa ml mm mmHg mmu mmus mol molar_gas_constant mole moles momentum ms nano nanometer nanometers
  nanosecond nanoseconds nautical_mile nautical_miles newton newtons nm nmi ns ohm ohms optical_power pa pascal
  pascals pebi pebibyte pebibytes percent percents permille peta pico picometer picometers picosecond picoseconds
  planck planck_acceleration planck_angular_frequency planck_area planck_charge planck_current planck_density
  planck_energy planck_energy_density planck_force planck_impedance planck_intensity planck_length planck_mass
  planck_momentum planck_power planck_pressure planck_temperature planck_time planck_voltage planck_volume pm pound
  pounds power pressure ps psi quart quarts rad radian radians s second seconds si sidereal_year sidereal_years
  siemens speed speed_of_light sr stefan stefan_boltzmann_constant steradian steradians t tebi tebibyte tebibytes
  temperature tera tesla teslas time tonne torr tropical_year tropical_years u0 ug um us v vacuum_impedance
  vacuum_permeability vacuum_permittivity velocity volt voltage volts volume von_klitzing_constant watt watts wb weber
  webers yard yards yd year years yocto yotta zepto zetta
sympy.physics.vector: CoordinateSym Dyadic Point ReferenceFrame Vector cross curl divergence dot dynamicsymbols
  express get_motion_params gradient init_vprinting is_conservative is_solenoidal kinematic_equations outer
  partial_velocity scalar_potential scalar_potential_difference time_derivative vlatex vpprint vprint vsprint
  vsstrrepr
sympy.plotting: PlotGrid PygletPlot plot plot3d plot3d_parametric_line plot3d_parametric_surface plot_backends
  plot_contour plot_implicit plot_parametric textplot
sympy.stats: Arcsin Benini Bernoulli BernoulliProcess Beta BetaBinomial BetaNoncentral BetaPrime Binomial
  BoundedPareto Cauchy CentralMoment Chi ChiNoncentral ChiSquared CircularEnsemble CircularOrthogonalEnsemble
  CircularSymplecticEnsemble CircularUnitaryEnsemble Coin ContinuousDistributionHandmade ContinuousMarkovChain
  ContinuousRV Covariance CrossCovarianceMatrix Dagum Davis Die Dirichlet DiscreteDistributionHandmade
  DiscreteMarkovChain DiscreteRV DiscreteTimeStochasticProcess DiscreteUniform E Erlang ExGaussian Expectation
  ExpectationMatrix Exponential ExponentialPower FDistribution FiniteDistributionHandmade FiniteRV FisherZ FlorySchulz
  Frechet Gamma GammaInverse GammaProcess GaussianEnsemble GaussianInverse GaussianOrthogonalEnsemble
  GaussianSymplecticEnsemble GaussianUnitaryEnsemble GeneralizedMultivariateLogGamma
  GeneralizedMultivariateLogGammaOmega GeneratorMatrixOf Geometric Gompertz Gumbel H Hermite Hypergeometric
  IdealSoliton JointEigenDistribution JointRV Kumaraswamy Laplace Levy LogCauchy LogLogistic LogNormal Logarithmic
  Logistic LogitNormal Lomax MatrixGamma MatrixNormal MatrixStudentT Maxwell Moment Moyal Multinomial MultivariateBeta
  MultivariateEwens MultivariateLaplace MultivariateNormal MultivariateT Nakagami NegativeBinomial NegativeMultinomial
  Normal NormalGamma P Pareto Poisson PoissonProcess PowerFunction Probability QuadraticU Rademacher RaisedCosine
  Rayleigh Reciprocal RobustSoliton ShiftedGompertz Skellam StochasticProcess StochasticStateSpaceOf StudentT
  TransitionMatrixOf Trapezoidal Triangular Uniform UniformSum Variance VarianceMatrix VonMises Wald Weibull
  WienerProcess WignerSemicircle Wishart YuleSimon Zeta cdf characteristic_function cmoment correlation coskewness
  covariance density dependent entropy factorial_moment given independent joint_eigen_distribution kurtosis
  level_spacing_distribution marginal_distribution median moment moment_generating_function pspace quantile
  random_symbols sample sample_iter sample_stochastic_process sampling_density skewness smoment std variance where
sys: abiflags activate_stack_trampoline addaudithook api_version argv audit base_exec_prefix base_prefix
  breakpointhook builtin_module_names byteorder call_tracing callstats copyright deactivate_stack_trampoline
  displayhook dont_write_bytecode exc_info excepthook exception exec_prefix executable exit flags float_info
  float_repr_style get_asyncgen_hooks get_coroutine_origin_tracking_depth get_coroutine_wrapper get_int_max_str_digits
  getallocatedblocks getcheckinterval getdefaultencoding getdlopenflags getfilesystemencodeerrors
  getfilesystemencoding getprofile getrecursionlimit getrefcount getsizeof getswitchinterval gettrace
  getunicodeinternedsize hash_info hexversion implementation int_info intern is_finalizing is_stack_trampoline_active
  maxsize maxunicode meta_path modules monitoring orig_argv path path_hooks path_importer_cache platform platlibdir
  prefix pycache_prefix set_asyncgen_hooks set_coroutine_origin_tracking_depth set_coroutine_wrapper
  set_int_max_str_digits setcheckinterval setdlopenflags setprofile setrecursionlimit setswitchinterval settrace
  stderr stdin stdlib_module_names stdout thread_info unraisablehook version version_info warnoptions
tempfile: NamedTemporaryFile SpooledTemporaryFile TMP_MAX TemporaryDirectory TemporaryFile gettempdir gettempdirb
  gettempprefix gettempprefixb mkdtemp mkstemp mktemp tempdir
threading: Barrier BoundedSemaphore BrokenBarrierError Condition Event ExceptHookArgs Lock RLock Semaphore TIMEOUT_MAX
  Thread ThreadError Timer active_count current_thread enumerate excepthook get_ident get_native_id getprofile
  gettrace local main_thread setprofile setprofile_all_threads settrace settrace_all_threads stack_size
time: CLOCK_BOOTTIME CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME CLOCK_TAI
  CLOCK_THREAD_CPUTIME_ID altzone asctime clock clock_getres clock_gettime clock_gettime_ns clock_settime
  clock_settime_ns ctime daylight get_clock_info gmtime localtime mktime monotonic monotonic_ns perf_counter
  perf_counter_ns process_time process_time_ns pthread_getcpuclockid sleep strftime strptime struct_time thread_time
  thread_time_ns time time_ns timezone tzname tzset
timeit: Timer default_timer repeat timeit
tkinter: ACTIVE ALL ANCHOR ARC BASELINE BEVEL BOTH BOTTOM BROWSE BUTT BaseWidget BitmapImage BooleanVar Button CASCADE
  CENTER CHAR CHECKBUTTON CHORD COMMAND CURRENT CallWrapper Canvas Checkbutton DISABLED DOTBOX DoubleVar E END EW
  EXCEPTION EXTENDED Entry Event EventType FALSE FIRST FLAT Frame GROOVE Grid HIDDEN HORIZONTAL INSERT INSIDE Image
  IntVar LAST LEFT Label LabelFrame Listbox MITER MOVETO MULTIPLE Menu Menubutton Message Misc N NE NO NONE NORMAL NS
  NSEW NUMERIC NW NoDefaultRoot OFF ON OUTSIDE OptionMenu PAGES PIESLICE PROJECTING Pack PanedWindow PhotoImage Place
  RADIOBUTTON RAISED READABLE RIDGE RIGHT ROUND Radiobutton S SCROLL SE SEL SEL_FIRST SEL_LAST SEPARATOR SINGLE SOLID
  SUNKEN SW Scale Scrollbar Spinbox StringVar TOP TRUE Tcl TclError TclVersion Text Tk TkVersion Toplevel UNDERLINE
  UNITS VERTICAL Variable W WORD WRITABLE Widget Wm X XView Y YES YView constants enum getboolean getdouble getint
  image_names image_types mainloop re sys wantobjects
tkinter.messagebox: ABORT ABORTRETRYIGNORE CANCEL Dialog ERROR IGNORE INFO Message NO OK OKCANCEL QUESTION RETRY
  RETRYCANCEL WARNING YES YESNO YESNOCANCEL askokcancel askquestion askretrycancel askyesno askyesnocancel showerror
  showinfo showwarning
tkinter.ttk: Button Checkbutton Combobox Entry Frame Label LabelFrame LabeledScale Labelframe Menubutton Notebook
  OptionMenu PanedWindow Panedwindow Progressbar Radiobutton Scale Scrollbar Separator Sizegrip Spinbox Style Treeview
  setup_master tclobjs_to_py
tqdm: TMonitor TqdmDeprecationWarning TqdmExperimentalWarning TqdmKeyError TqdmMonitorWarning
  TqdmSynchronisationWarning TqdmTypeError TqdmWarning __version__ main tgrange tnrange tqdm tqdm_gui tqdm_notebook
  tqdm_pandas trange
turtle: Pen RawPen RawTurtle Screen ScrolledCanvas Shape Terminator Turtle TurtleScreen Vec2D addshape back backward
  begin_fill begin_poly bgcolor bgpic bk bye circle clear clearscreen clearstamp clearstamps clone color colormode
  degrees delay distance done dot down end_fill end_poly exitonclick fd fillcolor filling forward get_poly
  get_shapepoly getcanvas getpen getscreen getshapes getturtle goto heading hideturtle home ht isdown isvisible left
  listen lt mainloop mode numinput onclick ondrag onkey onkeypress onkeyrelease onrelease onscreenclick ontimer pd pen
  pencolor pendown pensize penup pos position pu radians register_shape reset resetscreen resizemode right rt
  screensize seth setheading setpos setposition settiltangle setundobuffer setup setworldcoordinates setx sety shape
  shapesize shapetransform shearfactor showturtle speed st stamp teleport textinput tilt tiltangle title towards
  tracer turtles turtlesize undo undobufferentries up update width window_height window_width write
  write_docstringdict xcor ycor
types: AsyncGeneratorType BuiltinFunctionType BuiltinMethodType CapsuleType CellType ClassMethodDescriptorType
  CodeType CoroutineType DynamicClassAttribute EllipsisType FrameType FunctionType GeneratorType GenericAlias
  GetSetDescriptorType LambdaType MappingProxyType MemberDescriptorType MethodDescriptorType MethodType
  MethodWrapperType ModuleType NoneType NotImplementedType SimpleNamespace TracebackType UnionType
  WrapperDescriptorType coroutine get_original_bases new_class prepare_class resolve_bases
typing: AbstractSet Annotated Any AnyStr AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator Awaitable
  BinaryIO ByteString Callable ChainMap ClassVar Collection Concatenate Container ContextManager Coroutine Counter
  DefaultDict Deque Dict Final ForwardRef FrozenSet Generator Generic GenericMeta Hashable IO ItemsView Iterable
  Iterator KeysView List Literal LiteralString Mapping MappingView Match MutableMapping MutableSequence MutableSet
  NamedTuple Never NewType NoDefault NoReturn NotRequired Optional OrderedDict ParamSpec ParamSpecArgs ParamSpecKwargs
  Pattern Protocol ReadOnly Required Reversible Self Sequence Set Sized SupportsAbs SupportsBytes SupportsComplex
  SupportsFloat SupportsIndex SupportsInt SupportsRound TYPE_CHECKING Text TextIO Tuple Type TypeAlias TypeAliasType
  TypeGuard TypeIs TypeVar TypeVarTuple TypedDict Union Unpack ValuesView assert_never assert_type cast
  clear_overloads dataclass_transform final get_args get_origin get_overloads get_protocol_members get_type_hints
  is_protocol is_typeddict no_type_check no_type_check_decorator overload override reveal_type runtime_checkable
uncertainties: UFloat Variable correlated_values correlated_values_norm correlation_matrix covariance_matrix
  modified_operators modified_ops_with_reflection nan_if_exception nominal_value std_dev ufloat ufloat_fromstr wrap
uncertainties.umath: acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp expm1 fabs
  factorial floor fmod frexp fsum gamma hypot isinf isnan ldexp lgamma log log10 log1p modf pow radians sin sinh sqrt
  tan tanh trunc
uncertainties.unumpy: arccos arccosh arcsin arctan arctan2 arctanh asinh ceil copysign cos cosh degrees erf erfc exp
  expm1 fabs floor fmod gamma hypot isinf isnan ldexp lgamma log log10 log1p matrix modf nominal_values pow radians
  sin sinh sqrt std_devs tan tanh trunc uarray ulinalg umatrix
urllib.parse: DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes parse_qs
  parse_qsl quote quote_from_bytes quote_plus unquote unquote_plus unquote_to_bytes urldefrag urlencode urljoin
  urlparse urlsplit urlunparse urlunsplit
urllib.request: AbstractBasicAuthHandler AbstractDigestAuthHandler BaseHandler CacheFTPHandler DataHandler FTPHandler
  FancyURLopener FileHandler HTTPBasicAuthHandler HTTPCookieProcessor HTTPDefaultErrorHandler HTTPDigestAuthHandler
  HTTPErrorProcessor HTTPHandler HTTPPasswordMgr HTTPPasswordMgrWithDefaultRealm HTTPPasswordMgrWithPriorAuth
  HTTPRedirectHandler HTTPSHandler OpenerDirector ProxyBasicAuthHandler ProxyDigestAuthHandler ProxyHandler Request
  URLopener UnknownHandler build_opener getproxies install_opener pathname2url url2pathname urlcleanup urlopen
  urlretrieve
warnings: catch_warnings deprecated filterwarnings formatwarning resetwarnings showwarning simplefilter warn
  warn_explicit
"""

#: Modules that are another one by a second name.
_SAME = {"matplotlib.pylab": "pylab", "Tkinter": "tkinter", "posixpath": "os.path"}


def names_of(module: str) -> frozenset[str] | None:
    """The names that a star import of a module may bring; None where that is not known.

    Args:
        module: its full name, such as `matplotlib.pyplot`.
    """
    module = _SAME.get(module, module)
    row = _rows().get(module)
    return None if row is None else _names(row)


def names_in(packages: Iterable[str]) -> frozenset[str]:
    """All names that the modules of some packages (`sklearn`) have, as far as the table holds these modules."""
    tops = frozenset(packages)
    return frozenset().union(*(_names(row) for module, row in _rows().items() if module.partition(".")[0] in tops))


@cache
def _rows() -> dict[str, str]:
    rows: dict[str, str] = {}
    for entry in _TABLE.replace("\n  ", " ").splitlines():
        module, _, names = entry.partition(": ")
        rows[module] = names
    return rows


@cache
def _names(row: str) -> frozenset[str]:
    found: set[str] = set()
    for name in row.split():
        if name[0] == "*":
            found |= names_of(name[1:]) or frozenset()
        else:
            found.add(name)
    return frozenset(found)
