# The right to become an account.
package carillon.invitation

import data.carillon.lib
import rego.v1

create := lib.allow("admin") if lib.admin

else := lib.allow("system") if input.who.kind == "system"

list := lib.allow("admin") if lib.admin

# Whoever made it may take it back, whatever they are by now.
revoke := lib.allow("own") if {
	input.who.kind == "account"
	input.on.creator == input.who.id
}

else := lib.allow("admin") if lib.admin

else := lib.missing("invitation")

# The token is checked by the verb.
accept := lib.allow("anyone")
