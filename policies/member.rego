package carillon.member

import data.carillon.lib
import rego.v1

add := lib.allow("owner") if {
	input.on.kind == "group"
	input.on.membership.role == "owner"
}

# One's own membership ends at one's own word; others' at an owner's.
remove := lib.deny("directRoom") if input.on.kind == "direct"

else := lib.allow("own") if {
	input.on.membership.role
	input.on.target == input.who.id
}

else := lib.allow("owner") if input.on.membership.role == "owner"
