package carillon.log

import data.carillon.lib
import rego.v1

list := lib.allow("member") if lib.member

else := lib.allow("system") if input.who.kind == "system"

else := lib.missing("room") if not lib.member
