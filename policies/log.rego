package carillon.log

import data.carillon.lib
import rego.v1

list := lib.allow("member") if input.on.membership.role

else := lib.allow("system") if input.who.kind == "system"
