package carillon.member

import data.carillon.lib
import rego.v1

add := lib.missing("room") if not lib.member

else := lib.allow("owner") if owner

# The link is the right of whoever has an account; guests belong to one room. A direct room never has one.
enter := lib.allow("link") if {
	input.who.kind == "account"
	input.on.kind == "group"
}

# One's own membership ends at one's own word; others' at an owner's.
remove := lib.missing("room") if not lib.member

else := lib.deny("directRoom") if input.on.kind == "direct"

else := lib.allow("own") if input.on.target == input.who.id

else := lib.allow("owner") if owner

# Who owns a room makes others owners, or members again.
role := lib.missing("room") if not lib.member

else := lib.allow("owner") if owner

# A room whose owners are all gone.
handOver := lib.allow("system") if input.who.kind == "system"

owner if {
	input.on.kind == "group"
	input.on.membership.role == "owner"
}
