/** The classes of ports that a NAT keeps apart (RFC 4787 section 4.2.1, REQ-3; RFC 6335 section 6). */
export const FIRST_USER_PORT = 1024
export const LAST_PORT = 65_535
