"""Functions of which a first test pays least, by their names."""

from rescode_lint.lazy import lazy

#: What begins the name of a function that shows, starts, parses or sets up.
SHOWS = lazy(
    r"main\Z|_*(?:plot|draw|show|display|disp|print|progress|visuali[sz]e|animate|get_parser|parse_arg|get_arg|add_arg|cli)|\w*parser\Z"
    r"|(?:setup|init|get|configure)_log|tim(?:ing|er|eit)\Z"
)
#: And of one that reads or writes files, or puts their names together.
MOVES_FILES = lazy(
    r"_*(?:load|save|read|write|dump|download|upload|fetch|export|open)(?:_|\Z)"
    r"|(?:get_)?(?:file|path|dir|folder)(?:s|name|names)?(?:_|\Z)"
)
