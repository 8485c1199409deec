/*
 * hub - what a hub has to be able to do that no shell can.
 *
 *	hub port			a port of 127.0.0.1 that is free now
 *	hub sign METHOD SECRET FILE	the field X-Hub-Signature for what is in FILE: sha1, sha256, sha384, sha512
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
usage(void)
{
	fputs("usage: hub port | sign METHOD SECRET FILE\n", stderr);
	return 2;
}

static int
find_port(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
		err(1, "a port");
	printf("%d\n", ntohs(addr.sin_port));
	close(fd);
	return 0;
}

static int
sign(const char *method, const char *secret, const char *file)
{
	static unsigned char body[1 << 20];
	unsigned char digest[EVP_MAX_MD_SIZE];
	const EVP_MD *digester = EVP_get_digestbyname(method);
	unsigned int len = 0;
	FILE *stream;
	size_t size;

	if (digester == NULL)
		return usage();
	stream = fopen(file, "rb");
	if (stream == NULL)
		err(1, "%s", file);
	size = fread(body, 1, sizeof body, stream);
	fclose(stream);
	HMAC(digester, secret, (int)strlen(secret), body, size, digest, &len);
	printf("X-Hub-Signature: %s=", method);
	for (unsigned int i = 0; i < len; i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "port") == 0)
		return find_port();
	if (argc == 5 && strcmp(argv[1], "sign") == 0)
		return sign(argv[2], argv[3], argv[4]);
	return usage();
}
