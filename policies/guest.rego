package carillon.guest

import data.carillon.lib
import rego.v1

# The link itself is the right; a direct room never has one.
enter := lib.allow("link") if input.on.kind == "group"

# Who has not come for long and cannot come back.
lapse := lib.allow("system") if input.who.kind == "system"
