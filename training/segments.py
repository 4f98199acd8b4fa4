"""Rows that are counted apart too: the segments of a binning. The rules of `profiles/segments.ts`."""

MOST_SEGMENTS = 64
OTHER = "(other)"


def build_segments(settings, column_of, most_frequent):
    """Declared groups as they are, or every frequent category of the training rows on its own."""
    return [_segment(each, column_of, most_frequent) for each in settings]


def segments_fit(binning, settings):
    """Whether a binning in force counts exactly these segments."""
    found = binning.get("segments", [])
    return len(found) == len(settings) and all(map(_fits, found, settings))


def segment_names(binning):
    """A function from a row's values to the names of its segments, one per segmented feature."""
    places = {feature["name"]: index for index, feature in enumerate(binning["features"])}
    lookups = [
        (
            places[segment["feature"]],
            segment["feature"],
            {category: group["name"] for group in segment["groups"] for category in group["categories"]},
        )
        for segment in binning.get("segments", [])
    ]
    return lambda values: [f"{name}={groups.get(values[place], OTHER)}" for place, name, groups in lookups]


def _segment(settings, column_of, most_frequent):
    if isinstance(settings, dict):
        groups = [{"name": name, "categories": list(members)} for name, members in settings["groups"].items()]
        return {"feature": settings["feature"], "declared": True, "groups": groups}
    names = [name for name in most_frequent(column_of(settings), MOST_SEGMENTS) if "\0" not in name]
    return {
        "feature": settings,
        "declared": False,
        "groups": [{"name": name, "categories": [name]} for name in names],
    }


def _fits(found, settings):
    if isinstance(settings, str):
        return not found["declared"] and found["feature"] == settings
    return found == _segment(settings, None, None)
