# The right to become an account.
package carillon.invitation

import data.carillon.lib
import rego.v1

create := lib.allow("admin") if {
	input.who.kind == "account"
	input.who.role == "admin"
}

else := lib.allow("system") if input.who.kind == "system"

# The token is checked by the verb.
accept := lib.allow("anyone")
