const LOOPBACK_NAME = /^(?:.+\.)?localhost\.?$/;
const PRIVATE_SUFFIX = /\.(?:local|internal|lan|home|corp|home\.arpa|test|invalid)\.?$/;
const SINGLE_LABEL = /^[^.]+\.?$/;
/** 2000::/3, the public part of IPv6. */
const PUBLIC_IPV6 = /^\[[23][0-9a-f]{3}:/;

/** The four numbers of an IPv4 address, including one mapped into IPv6 (`[::ffff:7f00:1]`). */
function ipv4Octets(hostname: string): number[] | undefined {
	if (/^\d+(?:\.\d+){3}$/.test(hostname)) return hostname.split('.').map(Number);
	const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname);
	if (!mapped) return undefined;
	return [mapped[1], mapped[2]].flatMap((group) => {
		const value = parseInt(group, 16);
		return [value >> 8, value & 255];
	});
}

/**
 * Whether a host name can only mean this machine: `localhost`, 127.0.0.0/8 or `::1`.
 *
 * @param hostname `hostname` of a WHATWG URL, which normalizes every notation of an address
 * (hexadecimal, short, IPv6)
 */
export function isLoopbackHostname(hostname: string): boolean {
	return LOOPBACK_NAME.test(hostname) || hostname === '[::1]' || ipv4Octets(hostname)?.[0] === 127;
}

/**
 * Whether Okta can't reach a host because its name means nothing on the public internet: a loopback,
 * private, link-local, or carrier-internal address, a name without a dot (e.g. a Docker service), or a
 * suffix reserved for private networks.
 *
 * @param hostname `hostname` of a WHATWG URL
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 */
export function isPrivateHostname(hostname: string): boolean {
	if (isLoopbackHostname(hostname)) return true;
	const octets = ipv4Octets(hostname);
	if (octets) {
		const [first, second] = octets;
		return (
			first === 0 ||
			first === 10 ||
			(first === 100 && second >= 64 && second < 128) ||
			(first === 169 && second === 254) ||
			(first === 172 && second >= 16 && second < 32) ||
			(first === 192 && second === 168)
		);
	}
	if (hostname.startsWith('[')) return !PUBLIC_IPV6.test(hostname);
	return SINGLE_LABEL.test(hostname) || PRIVATE_SUFFIX.test(hostname);
}
