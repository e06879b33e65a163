# What the rules share: the answers that each gives, and what counts as belonging to a room.
#
# A condition says what a fact must be, never only that it is there: null counts as true for OPA, and is
# undefined for regorus.
package carillon.lib

import rego.v1

allow(reason) := {"allow": true, "reasons": [reason], "obligations": []}

deny(reason) := {"allow": false, "reasons": [reason], "obligations": []}

# A no to somebody who is not to know whether it is there: they are answered as if it were not.
missing(what) := {"allow": false, "reasons": ["missing", what], "obligations": []}

admin if {
	input.who.kind == "account"
	input.who.role == "admin"
}

member if input.on.membership.role in {"owner", "member", "guest"}
