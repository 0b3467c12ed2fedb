/** Text from a system that promises none: names are bytes there. What isn't UTF-8 becomes U+FFFD. */
export const lossyUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes)

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
