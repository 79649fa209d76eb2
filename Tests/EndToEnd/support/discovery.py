"""Google's published discovery documents, as far as Cooper calls what they describe: requests and answers are held against them.

`discovery/` holds extracts. `python discovery.py DOCUMENT…` makes them anew of documents as `google-api-python-client` ships them
(googleapiclient/discovery_cache/documents/storage.v1.json and iam.v1.json).
"""

import json
import os
import re
import sys

METHODS = {
    "storage": [
        "storage.buckets.get", "storage.buckets.list", "storage.buckets.insert", "storage.buckets.patch",
        "storage.buckets.delete", "storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy",
        "storage.buckets.lockRetentionPolicy", "storage.objects.list", "storage.objects.get",
        "storage.objects.delete",
        "storage.projects.hmacKeys.create", "storage.projects.hmacKeys.list", "storage.projects.hmacKeys.update",
        "storage.projects.hmacKeys.delete", "storage.projects.serviceAccount.get",
    ],
    "iam": ["iam.projects.serviceAccounts." + verb for verb in ("create", "get", "patch", "delete", "getIamPolicy", "setIamPolicy")],
}
FOLDER = os.path.join(os.path.dirname(__file__), "discovery")


class Unlike(Exception):
    """A request or an answer that the document doesn't know."""


def methods(resource, found):
    for method in resource.get("methods", {}).values():
        found[method["id"]] = method
    for inner in resource.get("resources", {}).values():
        methods(inner, found)
    return found


def shape(entry):
    """Of a property what can be held against a value."""
    kept = {key: entry[key] for key in ("type", "format", "$ref", "readOnly", "enum") if key in entry}
    for key in ("items", "additionalProperties"):
        if key in entry:
            kept[key] = shape(entry[key])
    if "properties" in entry:
        kept["properties"] = {name: shape(inner) for name, inner in sorted(entry["properties"].items())}
    return kept


def references(entry):
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from references(value)


def extract(document):
    known = methods(document, {})
    kept = {}
    for name in METHODS[document["name"]]:
        method = known[name]
        # Paths of single resources come in a form with one segment for each part.
        path = document["servicePath"] + method.get("flatPath", method["path"])
        kept[name] = {
            "httpMethod": method["httpMethod"], "path": path, "request": method.get("request", {}).get("$ref"),
            "response": method.get("response", {}).get("$ref"),
            "query": {key: {"required": value.get("required", False)} for key, value in sorted(method["parameters"].items())
                      if value["location"] == "query"},
        }
    schemas, wanted = {}, {name for method in kept.values() for name in (method["request"], method["response"]) if name}
    while wanted - set(schemas):
        for name in wanted - set(schemas):
            schemas[name] = shape(document["schemas"][name])
        wanted |= set(references(schemas))
    return {
        "source": f"{document['rootUrl']} {document['name']} {document['version']}, revision {document['revision']}",
        "parameters": sorted(document["parameters"]), "methods": kept, "schemas": dict(sorted(schemas.items())),
    }


class Discovery:
    def __init__(self):
        self.documents = {}
        for name in METHODS:
            with open(os.path.join(FOLDER, name + ".json")) as file:
                self.documents[name] = json.load(file)
        #: Ids of the methods that were called.
        self.seen = set()

    def method(self, verb, path):
        for name, document in self.documents.items():
            for key, method in document["methods"].items():
                pattern = "/" + re.sub(r"\\\{\w+\\\}", "[^/:]+" if name == "iam" else "[^/]+", re.escape(method["path"]))
                if method["httpMethod"] == verb and re.fullmatch(pattern, path):
                    return document, key, method
        raise Unlike(f"no published method is {verb} {path}")

    def request(self, verb, path, query, body):
        """`path` percent-encoded, as it came."""
        document, key, method = self.method(verb, path)
        self.seen.add(key)
        strange = set(query) - set(method["query"]) - set(document["parameters"])
        if strange:
            raise Unlike(f"{key} has no parameters {sorted(strange)}")
        missing = {name for name, entry in method["query"].items() if entry["required"]} - set(query)
        if missing:
            raise Unlike(f"{key} needs {sorted(missing)}")
        if body and not method["request"]:
            raise Unlike(f"{key} has no body")
        if body:
            self.value(document, {"$ref": method["request"]}, body, key, isRequest=True)
        return document, key, method

    def answer(self, found, status, answer):
        document, key, method = found
        if not 200 <= status < 300:
            return
        if answer in (None, {}):
            if method["response"] not in (None, "Empty"):
                raise Unlike(f"{key} answers with a {method['response']}")
            return
        self.value(document, {"$ref": method["response"]}, answer, key, isRequest=False)

    def value(self, document, entry, value, place, isRequest):
        if "$ref" in entry:
            return self.value(document, document["schemas"][entry["$ref"]], value, place, isRequest)
        if value is None and isRequest:
            return None
        kind = entry.get("type")
        if kind == "object" or "properties" in entry:
            if not isinstance(value, dict):
                raise Unlike(f"{place} is no object")
            for name, inner in value.items():
                known = entry.get("properties", {}).get(name) or entry.get("additionalProperties")
                if known is None:
                    raise Unlike(f"{place} has no {name}")
                if isRequest and known.get("readOnly"):
                    raise Unlike(f"{place}.{name} is not for writing")
                self.value(document, known, inner, f"{place}.{name}", isRequest)
        elif kind == "array":
            if not isinstance(value, list):
                raise Unlike(f"{place} is no list")
            for index, inner in enumerate(value):
                self.value(document, entry["items"], inner, f"{place}[{index}]", isRequest)
        else:
            # Numbers of 64 bits are texts, and are taken as either.
            isWhole = isinstance(value, int) and not isinstance(value, bool)
            good = {
                "string": isinstance(value, str) or (isRequest and entry.get("format") == "int64" and isWhole),
                "boolean": isinstance(value, bool), "integer": isWhole, "number": isinstance(value, (int, float)), "any": True,
            }[kind]
            if not good:
                raise Unlike(f"{place} is {value!r} and no {kind}")
            if isRequest and entry.get("enum") and value not in entry["enum"]:
                raise Unlike(f"{place} is {value!r}, not one of {entry['enum']}")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    for path in sys.argv[1:]:
        with open(path) as file:
            document = json.load(file)
        with open(os.path.join(FOLDER, document["name"] + ".json"), "w") as file:
            json.dump(extract(document), file, indent=1)
            file.write("\n")
