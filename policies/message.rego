package carillon.message

import data.carillon.lib
import rego.v1

post := lib.allow("member") if {
	lib.member
	input.on.membership.muted == false
}

else := lib.deny("muted") if lib.member

else := lib.missing("room") if not lib.member
