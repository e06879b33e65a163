// Settings for stories that ask more at once than a person does.

/** No limit that such a story would meet. */
export const UNHURRIED: Record<string, string> = Object.fromEntries(
  ['SOCKET_EVENTS', 'HTTP_PRINCIPAL', 'HTTP_ADDRESS', 'MESSAGES', 'ENTER_ADDRESS'].flatMap((limit) => [
    [`CARILLON__LIMITS__${limit}__PER_MINUTE`, '1000000'],
    [`CARILLON__LIMITS__${limit}__BURST`, '100000'],
  ]),
)
