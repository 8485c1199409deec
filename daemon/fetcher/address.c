#include "daemon/fetcher/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct prefix {
	unsigned char	bytes[16];
	unsigned	bits;
	const char	*what;
	unsigned	inner;		/* where an IPv4 address is embedded that decides; 0: the prefix itself is refused */
};

static const struct prefix prefixes4[] = {
	{ { 0 }, 8, "an address of this network", 0 },
	{ { 10 }, 8, "a private address", 0 },
	{ { 100, 64 }, 10, "a carrier's private address", 0 },
	{ { 127 }, 8, "a loopback address", 0 },
	{ { 169, 254 }, 16, "a link-local address", 0 },
	{ { 172, 16 }, 12, "a private address", 0 },
	{ { 192, 0, 0 }, 24, "a reserved address", 0 },
	{ { 192, 0, 2 }, 24, "a documentation address", 0 },
	{ { 192, 168 }, 16, "a private address", 0 },
	{ { 198, 18 }, 15, "a benchmarking address", 0 },
	{ { 198, 51, 100 }, 24, "a documentation address", 0 },
	{ { 203, 0, 113 }, 24, "a documentation address", 0 },
	{ { 224 }, 4, "a multicast address", 0 },
	{ { 240 }, 4, "a reserved address", 0 },
};

static const struct prefix prefixes6[] = {
	{ { [15] = 1 }, 128, "a loopback address", 0 },
	{ { 0 }, 96, "an IPv4-compatible address", 0 },			/* :: too */
	{ { [10] = 0xff, 0xff }, 96, "an IPv4-mapped address", 0 },
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, NULL, 12 },			/* NAT64, RFC 6052 */
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, "a private address", 0 },
	{ { 0x01, 0x00 }, 64, "a discard address", 0 },
	{ { 0x20, 0x01, 0x00, 0x00 }, 32, "a Teredo address", 0 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, "a documentation address", 0 },
	{ { 0x20, 0x02 }, 16, NULL, 2 },				/* 6to4, RFC 3056 */
	{ { 0xfc }, 7, "a private address", 0 },
	{ { 0xfe, 0x80 }, 10, "a link-local address", 0 },
	{ { 0xfe, 0xc0 }, 10, "a private address", 0 },
	{ { 0xff }, 8, "a multicast address", 0 },
};

static bool
within(const unsigned char *addr, const struct prefix *prefix)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	if (memcmp(addr, prefix->bytes, whole) != 0)
		return false;
	return rest == 0 || (addr[whole] ^ prefix->bytes[whole]) >> (8 - rest) == 0;
}

static const char *
look_up(const unsigned char *addr, const struct prefix *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!within(addr, &prefixes[i]))
			continue;
		if (prefixes[i].inner == 0)
			return prefixes[i].what;
		return look_up(addr + prefixes[i].inner, prefixes4, sizeof(prefixes4) / sizeof(prefixes4[0]));
	}
	return NULL;
}

static const char *
private4(const struct in_addr *addr)
{
	return look_up((const unsigned char *)addr, prefixes4, sizeof(prefixes4) / sizeof(prefixes4[0]));
}

static const char *
private6(const struct in6_addr *addr)
{
	return look_up(addr->s6_addr, prefixes6, sizeof(prefixes6) / sizeof(prefixes6[0]));
}

const char *
address_private(const struct sockaddr *addr)
{
	switch (addr->sa_family) {
	case AF_INET:
		return private4(&((const struct sockaddr_in *)(const void *)addr)->sin_addr);
	case AF_INET6:
		return private6(&((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr);
	default:
		return "no internet address";
	}
}

const char *
address_private_text(const char *host)
{
	struct in6_addr addr6;
	struct in_addr addr4;

	if (inet_pton(AF_INET, host, &addr4) == 1)
		return private4(&addr4);
	if (inet_pton(AF_INET6, host, &addr6) == 1)
		return private6(&addr6);
	return NULL;
}

char *
address_format(const struct sockaddr *addr, char out[ADDRESS_BYTES])
{
	const void *bytes = NULL;

	if (addr->sa_family == AF_INET)
		bytes = &((const struct sockaddr_in *)(const void *)addr)->sin_addr;
	else if (addr->sa_family == AF_INET6)
		bytes = &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr;
	if (bytes == NULL || inet_ntop(addr->sa_family, bytes, out, ADDRESS_BYTES) == NULL)
		snprintf(out, ADDRESS_BYTES, "family %d", (int)addr->sa_family);
	return out;
}
