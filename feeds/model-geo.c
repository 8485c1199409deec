/*
 * Places: GeoRSS simple and GML, W3C geo, ICBM; as GeoJSON wants them, longitude first.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/model.h"

enum { POINTS_MAX = 4096, DIGITS_MAX = 400, EXPONENT_MAX = 400 };

struct reader { struct arena *arena; double *values; size_t n_values, cap_values; };

/* Digits onto the number; how many there were. */
static int
read_digits(const char **pos, const char *end, double *value)
{
	const char *start = *pos;

	for (; *pos < end && **pos >= '0' && **pos <= '9' && *pos - start < DIGITS_MAX; (*pos)++)
		*value = *value * 10 + (**pos - '0');
	return (int)(*pos - start);
}

/* e[+-]digits; 0 if there is none. */
static int
read_exponent(const char **pos, const char *end)
{
	const char *at = *pos;
	double exponent = 0;
	int sign = 1;

	if (at == end || (*at | 0x20) != 'e')
		return 0;
	if (++at < end && (*at == '-' || *at == '+'))
		sign = *at++ == '-' ? -1 : 1;
	if (read_digits(&at, end, &exponent) == 0)
		return 0;
	*pos = at;
	return sign * (exponent < EXPONENT_MAX ? (int)exponent : EXPONENT_MAX);
}

static double
scaled(double value, int exponent)
{
	double scale = 1;
	int left;

	for (left = abs(exponent); left > 0; left--)
		scale *= 10;
	return exponent < 0 ? value / scale : value * scale;
}

/* [+-]digits[.digits][e[+-]digits], whatever the locale. */
static const char *
read_number(const char *pos, const char *end, double *value)
{
	double sign = 1;
	int whole, fraction = 0;

	if (pos < end && (*pos == '-' || *pos == '+'))
		sign = *pos++ == '-' ? -1 : 1;
	*value = 0;
	whole = read_digits(&pos, end, value);
	if (pos < end && *pos == '.') {
		pos++;
		fraction = read_digits(&pos, end, value);
	}
	if (whole + fraction == 0)
		return NULL;
	*value = sign * scaled(*value, read_exponent(&pos, end) - fraction);
	return isfinite(*value) ? pos : NULL;
}

/* False if there is something else than numbers. */
static bool
read_numbers(struct reader *reader, const char *text, size_t len)
{
	const char *pos = text, *end = text + len;
	double value;

	for (;;) {
		while (pos < end && strchr(" \t\r\n,;", *pos) != NULL)
			pos++;
		if (pos == end)
			return true;
		pos = read_number(pos, end, &value);
		if (pos == NULL || reader->n_values >= 2 * POINTS_MAX)
			return false;
		*(double *)arena_push(reader->arena, &reader->values, &reader->n_values, &reader->cap_values, sizeof(value)) =
		    value;
	}
}

/* Latitude and longitude, in steps of as many values as the position has dimensions; longitude first from here. */
static bool
to_points(struct reader *reader, size_t step, struct doc_geo *geo)
{
	size_t i, n = reader->n_values / step;
	double lat, lon;

	if (n == 0 || reader->n_values % step != 0)
		return false;
	for (i = 0; i < n; i++) {
		lat = reader->values[i * step];
		lon = reader->values[i * step + 1];
		if (fabs(lat) > 90 || fabs(lon) > 180)
			return false;
		reader->values[i * step] = lon;
		reader->values[i * step + 1] = lat;
	}
	geo->dimensions = step;
	geo->lon_lat = reader->values;
	geo->n_points = n;
	return true;
}

static bool
set_point(struct doc_geo *geo, struct arena *arena)
{
	(void)arena;
	geo->type = DOC_GEO_POINT;
	geo->n_points = 1;
	return true;
}

static bool
set_line(struct doc_geo *geo, struct arena *arena)
{
	(void)arena;
	geo->type = DOC_GEO_LINE;
	return geo->n_points >= 2;
}

/* A ring has four positions at least and is closed (RFC 7946 section 3.1.6). */
static bool
set_polygon(struct doc_geo *geo, struct arena *arena)
{
	size_t step = geo->dimensions, n = geo->n_points * step, bytes = step * sizeof(double);
	double *ring;

	geo->type = DOC_GEO_POLYGON;
	if (geo->n_points < 4)
		return false;
	if (memcmp(geo->lon_lat, geo->lon_lat + n - step, bytes) != 0) {
		ring = arena_alloc(arena, n * sizeof(*ring) + bytes);
		memcpy(ring, geo->lon_lat, n * sizeof(*ring));
		memcpy(ring + n, geo->lon_lat, bytes);
		geo->lon_lat = ring;
		geo->n_points++;
	}
	return true;
}

/* Lower left and upper right corner to a ring, counter-clockwise. */
static bool
set_box(struct doc_geo *geo, struct arena *arena)
{
	double *ring, west, south, east, north;

	if (geo->n_points != 2 || geo->dimensions != 2)
		return false;
	west = geo->lon_lat[0], south = geo->lon_lat[1], east = geo->lon_lat[2], north = geo->lon_lat[3];
	ring = arena_alloc(arena, 10 * sizeof(*ring));
	memcpy(ring, (double[]){ west, south, east, south, east, north, west, north, west, south }, 10 * sizeof(*ring));
	geo->type = DOC_GEO_POLYGON;
	geo->lon_lat = ring;
	geo->n_points = 5;
	return true;
}

static bool
read_fact(struct arena *arena, const struct model_unit *unit, const struct model_fact *fact, struct doc_geo *geo,
    bool (*set)(struct doc_geo *, struct arena *))
{
	struct reader reader = { .arena = arena };
	const struct model_fact *child;
	int64_t step = DOC_NO_NUMBER;
	size_t at = 0;

	if (fact->row->ns == NS_GEORSS && !read_numbers(&reader, fact->text, fact->len))
		return false;
	if (fact->row->ns == NS_GML)
		step = model_value_integer_attr(fact, A_SRS_DIMENSION);
	while (fact->row->ns == NS_GML && (child = model_pick_child(unit, fact, F_SUB_COORDINATES, &at)) != NULL) {
		if (!read_numbers(&reader, child->text, child->len))
			return false;
		if (step == DOC_NO_NUMBER)
			step = model_value_integer_attr(child, A_SRS_DIMENSION);
	}
	return to_points(&reader, step == 3 ? 3 : 2, geo) && set(geo, arena);
}

/* geo:lat and geo:long, or those of ICBM: a pair of one namespace. */
static bool
read_pair(struct arena *arena, const struct model_pick *pick, struct doc_geo *geo)
{
	const struct model_fact *lat, *lon;
	size_t i, j;

	for (i = 0; (lat = model_pick_get(pick, F_GEO_LAT, i)) != NULL; i++)
		for (j = 0; (lon = model_pick_get(pick, F_GEO_LONG, j)) != NULL; j++) {
			struct reader reader = { .arena = arena };

			if (lon->row->ns != lat->row->ns)
				continue;
			if (read_numbers(&reader, lat->text, lat->len) && reader.n_values == 1 &&
			    read_numbers(&reader, lon->text, lon->len) && reader.n_values == 2 && to_points(&reader, 2, geo))
				return set_point(geo, arena);
			break;
		}
	return false;
}

void
model_geo_read(struct arena *arena, const struct model_pick *pick, struct doc_geo *geo)
{
	static const struct { enum model_field field; bool (*set)(struct doc_geo *, struct arena *); } kinds[] = {
		{ F_GEO_POINT, set_point }, { F_GEO_LINE, set_line }, { F_GEO_POLYGON, set_polygon }, { F_GEO_BOX, set_box },
	};
	const struct model_fact *fact;
	size_t kind, i;

	for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		for (i = 0; (fact = model_pick_get(pick, kinds[kind].field, i)) != NULL; i++)
			if (read_fact(arena, pick->unit, fact, geo, kinds[kind].set))
				return;
	if (!read_pair(arena, pick, geo))
		memset(geo, 0, sizeof(*geo));
}
