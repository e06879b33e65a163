# The record of who did what: administrators read and recount it.
package carillon.audit

import data.carillon.lib
import rego.v1

list := lib.allow("admin") if lib.admin

check := lib.allow("admin") if lib.admin
