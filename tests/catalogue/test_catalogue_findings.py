"""What `swarmbridge catalogue check` says: one example for each thing that can be wrong."""

import contextlib
import io
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adapters.directory import reading, shape, yamltext
from adapters.directory.findings import Severity

GOOD = """\
teams:
  - {id: it, name: IT, members: [anna], on_duty: [anna], timezone: Europe/Berlin, hours: {mon: ["08:00-17:00"]}}
people:
  - {id: anna, name: Anna, language: de, skills: [vpn], accounts: {slack: U1}}
  - {id: piet, name: Piet, accounts: {matrix: "@piet:example.org"}}
services:
  - {id: vpn, name: VPN, team: it, keywords: [tunnel], skills: [vpn], items: [fw], followers: [piet, it]}
  - {id: mail, name: E-Mail, team: it, depends_on: [vpn]}
items:
  - {id: fw, name: fw-1, relations: [{type: runs_on, to: host}]}
  - {id: host, name: host-1, end_of_life: 2028-06-30}
channels:
  - {id: help, purpose: support, team: it, slack: C1, matrix: "!a:example.org"}
"""


def found(text: str, severity: Severity) -> list[tuple[str, int, str, str]]:
    report = reading.read(text.encode(), "catalogue.yaml")
    return [
        (finding.path, finding.line, finding.message, finding.advice)
        for finding in report.findings
        if finding.severity is severity
    ]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_catalogue_has_no_findings() -> None:
    report = reading.read(GOOD.encode(), "catalogue.yaml")
    assert report.findings == ()
    assert report.ok


def test_with_several_workspaces_ids_on_slack_name_theirs() -> None:
    text = GOOD.replace("slack: U1", "slack: T024BE7LD/U1").replace("slack: C1", "slack: E024BE7LD/C1")
    text = text.replace("on_duty: [anna]", "on_duty: [anna], on_duty_group: {slack: T024BE7LD/S1}")
    assert reading.read(text.encode(), "catalogue.yaml").findings == ()


def test_the_sample_organisation_has_no_findings() -> None:
    assert reading.read_file(reading.SAMPLE).findings == ()


def test_the_example_of_the_documentation_has_no_findings() -> None:
    page = Path(__file__).parents[2] / "docs" / "catalogue.md"
    example = page.read_text().split("```yaml\n")[1].split("```")[0]
    report = reading.read(example.encode(), "docs/catalogue.md")
    assert report.ok
    assert report.findings == ()


def test_keys_nobody_knows_may_be_added() -> None:
    assert found(changed("name: IT,", "name: IT, cost_centre: 4711,") + "vendors: [x]\n", Severity.WARNING) == []
    assert reading.read((GOOD + "vendors: [x]\n").encode(), "c").ok


@pytest.mark.parametrize(
    ("old", "new", "path", "line", "message", "advice"),
    [
        ("id: it,", "id: 42,", "teams[0].id", 2, "“id” is the number 42, but must be text.", "Put it in quotes"),
        ("{id: it, ", "{", "teams[0]", 2, "The team “IT” has no “id”.", "Add it."),
        ("id: host,", 'id: "my host",', "items[1].id", 11, "“id” is “my host”, which does not fit.", "spaces"),
        ("id: piet,", "id: anna,", "people[1].id", 5, "The id “anna” is already used for a person on line 4.",
         "its own"),
        ("[anna], on", "[ana], on", "teams[0].members[0]", 2, "names “ana” under members, but there is no such person",
         "Did you mean “anna”?"),
        ("on_duty: [anna]", "on_duty: zoe", "teams[0].on_duty", 2, "no such person", "add a record with the id “zoe”"),
        ("timezone: E", "channels: [hepl], timezone: E", "teams[0].channels[0]", 2, "no such channel", "“help”"),
        ("VPN, team: it", "VPN, team: ti", "services[0].team", 7, "there is no such team", "Did you mean “it”?"),
        ("VPN, team: it,", "VPN,", "services[0]", 7, "The service “vpn” has no “team”.", "The id of the team"),
        ("[fw]", "[fv]", "services[0].items[0]", 7, "there is no such item", "Did you mean “fw”?"),
        ("[vpn]}\nitems", "[vnp]}\nitems", "services[1].depends_on[0]", 8, "no such service", "Did you mean “vpn”?"),
        ("[piet, it]", "[piet, itt]", "services[0].followers[1]", 7, "no such person or team or role", "“it”"),
        ("to: host", "to: hots", "items[0].relations[0].to", 10, "there is no such item", "Did you mean “host”?"),
        ("support, team: it", "support, team: is", "channels[0].team", 13, "no such team", "Did you mean “it”?"),
        ("support, team: it", "support, service: vnp", "channels[0].service", 13, "no such service", "“vpn”?"),
        ('matrix: "@piet:example.org"', "slack: U1", "people[1].accounts.slack", 5,
         "has the account slack:U1, which “anna” has on line 4", "one person"),
        ("channels:\n", "channels:\n  - {id: hilfe, purpose: support, slack: C1}\n", "channels[1].slack", 14,
         "has the room slack:C1, which “hilfe” has on line 13", "one channel"),
        ("Europe/Berlin", "Europe/Berlni", "teams[0].timezone", 2,
         "no time zone “Europe/Berlni”. Did you mean Europe/Be",
         "region and city"),
        ("Europe/Berlin", "Europe", "teams[0].timezone", 2, "There is no time zone “Europe”.", "region and city"),
        ("08:00-17:00", "8 to 5", "teams[0].hours", 2, "“8 to 5” is not a time span", "For example"),
        ("{mon:", "{montag:", "teams[0].hours", 2, "“montag” is not a day", "For example"),
        ("2028-06-30", "2028-06-31", "items[1].end_of_life", 11, "The calendar has no day 2028-06-31.", "2028-06-30"),
        ("2028-06-30", "June 2028", "items[1].end_of_life", 11, "which does not fit", "year-month-day"),
        ("language: de", "language: Deutsch!", "people[0].language", 4, "which does not fit", "A language code"),
        ("purpose: support", "purpose: suport", "channels[0].purpose", 13, "“purpose” is “suport”.",
         "Did you mean support?"),
        ("id: it,", "id: it, kind: extern,", "teams[0].kind", 2, "“kind” is “extern”.", "internal, partner"),
        ("keywords: [tunnel]", "criticality: urgent", "services[0].criticality", 7, "is “urgent”", "low, medium, high"),
        ("keywords: [tunnel]", "keywords: [365]", "services[0].keywords[0]", 7, "the number 365", "in quotes"),
        ("keywords: [tunnel]", "confidential: maybe", "services[0].confidential", 7, "must be true or false", "inside"),
        ("keywords: [tunnel]", "targets: {respond: soon}", "services[0].targets.respond", 7, "is “soon”", "30m"),
        ("name: VPN,", "name: {},", "services[0].name", 7, "“name” is a record, which does not fit.",
         "For example: VPN"),
        ("fw-1, relations: [{type: runs_on,", "fw-1, relations: [{", "items[0].relations[0]", 10, "has no “type”",
         "runs_on"),
        ("[{type: runs_on, to: host}]", "[host]", "items[0].relations[0]", 10, "is “host”, but must be a record", ""),
        ("channels:\n  - ", "channels: ", "channels", 12, "“channels” is a record, but must be a list.",
         "places in chat"),
        ("id: it,", "id: it, id: ti,", "teams[0].id", 2, "“id” was already given on line 2.", "Keep only one"),
    ],
)  # fmt: skip
def test_an_error_says_what_is_wrong_where_and_what_to_do(
    old: str, new: str, path: str, line: int, message: str, advice: str
) -> None:
    text = changed(old, new)
    assert not reading.read(text.encode(), "catalogue.yaml").ok
    matching = [finding for finding in found(text, Severity.ERROR) if finding[0] == path]
    assert len(matching) == 1, found(text, Severity.ERROR)
    assert matching[0][1] == line
    assert message in matching[0][2]
    assert advice in matching[0][3]


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "advice"),
    [
        ("name: IT,", "nmae: IT,", "teams[0].nmae", "“nmae” is not a key Swarmbridge reads.", "Did you mean “name”?"),
        ("name: IT,", "", "teams[0]", "The team “it” has no name, so its id is shown.", "Add name:."),
        ("keywords: [tunnel]", "targets: {reslove: 4h}", "services[0].targets.reslove", "“reslove” is not",
         "“resolve”"),
        ("language: de", "language: fr", "people[0].language", "asks for the language “fr”", "spoken to in English"),
        ("slack: U1", "teams: anna, slack: U1", "people[0].accounts", "a “teams” under accounts",
         "slack, matrix, local"),
        ("accounts: {slack: U1}", "email: anna", "people[0]", "has no chat account", "Add accounts:"),
        ("slack: U1", 'slack: "@anna"', "people[0].accounts", "does not look like one", "Copy member ID"),
        ("@piet:example.org", "piet", "people[1].accounts", "does not look like one", "@anna:example.org"),
        ("slack: C1", "slack: help", "channels[0].slack", "does not look like one", "starts with C"),
        ("!a:example.org", "#help:example.org", "channels[0].matrix", "does not look like one", "exclamation mark"),
        (', slack: C1, matrix: "!a:example.org"', "", "channels[0]", "has no room on any network", "Add slack:"),
        ("purpose: support", "purpose: triage", "", "No channel with the purpose support has a room", "List one"),
        ("members: [anna], on_duty: [anna], ", "", "teams[0]", "neither members nor anybody on duty", "members:"),
        ("timezone: Europe/Berlin, ", "", "teams[0].hours", "hours but no time zone, so they are read as UTC",
         "timezone"),
        ('hours: {mon: ["08:00-17:00"]}', "hours: {}", "teams[0].hours", "hours without a single span", "Add spans"),
        ("tunnel", "it", "services[0].keywords", "“it”, which is found in sentences about anything", "three or more"),
        ("skills: [vpn], items", "skills: [vpm], items", "services[0].skills", "“vpm”, which nobody has", "somebody's"),
        ("team: it, depends_on", "keywords: [tunnels], team: it, depends_on", "services[1].keywords",
         "shares the keyword “tunnels” with “vpn”", "more precise"),
        ("keywords: [tunnel]", "depends_on: [mail]", "services[0].depends_on",
         "in a circle of services that depend on each other: mail, vpn", "remove one"),
        ("keywords: [tunnel]", "depends_on: [vpn]", "services[0].depends_on", "depend on itself", "remove one"),
        ("team: it, slack: C1", "team: hr, slack: C1", "teams[0].channels", "says it belongs to “hr”", "channel's own"),
        ("team: it, depends_on: [vpn]", "team: hr", "services[1].team", "“mail” nobody can be reached in chat", "Give"),
    ],
)  # fmt: skip
def test_a_warning_says_the_same_and_leaves_the_catalogue_in_use(
    old: str, new: str, path: str, message: str, advice: str
) -> None:
    text = changed(old, new)
    if "team: hr" in new:
        text = text.replace("people:\n", "  - {id: hr, name: HR}\npeople:\n")
        text = text.replace("{id: it, name: IT,", "{id: it, name: IT, channels: [help],")
    assert reading.read(text.encode(), "catalogue.yaml").ok
    matching = [finding for finding in found(text, Severity.WARNING) if finding[0] == path and message in finding[2]]
    assert len(matching) == 1, found(text, Severity.WARNING)
    assert advice in matching[0][3]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 0, "The file is empty."),
        (b"# nothing but a remark\n", 0, "The file is empty."),
        (b"services:\n\t- id: vpn\n", 2, "A tab stands where spaces belong."),
        (b"services:\n  - id: vpn\n   name: x\n", 3, "This is not readable as YAML"),
        (b'services: "open', 1, "This is not readable as YAML"),
        (b"teams: []\npeople:\n  - name: J\xf6rg\n", 3, "This line is not written in UTF-8."),
        ("teams: []".encode("utf-16"), 1, "The file is written in UTF-16."),
        (b"teams: []\x00", 0, "The file holds a sign YAML does not allow"),
        (b"- a\n- b\n", 1, "The catalogue is not a record."),
        (b"just words", 1, "The catalogue is not a record."),
        (b"teams: []\n---\nteams: []\n", 2, "A second document begins here."),
        (b"teams: !!python/object/apply:os.system [echo]\n", 1, "The tag"),
        (b"teams: !secret x\n", 1, "The tag"),
        (b"teams: *nothing\n", 1, "Nothing before this line is marked &nothing."),
        (b"teams: &t\n  - *t\n", 2, "*t is used inside itself."),
        (b"? [a, b]\n: c\n", 1, "A list or record stands where a key should."),
        (b"<<: [1]\n", 1, "“<<” is given something that is no record."),
        (b"[" * 50_000, 1, "nested more than 30 deep"),
        (b"a: " + b"{a: " * 50_000, 1, "nested more than 30 deep"),
        (b"#" * (reading.LARGEST + 1), 0, "The file is larger than 4 MiB."),
    ],
)
def test_a_file_that_is_no_catalogue_at_all_gets_one_clear_sentence(content: bytes, line: int, message: str) -> None:
    report = reading.read(content, "catalogue.yaml")
    assert len(report.findings) == 1
    finding = report.findings[0]
    assert finding.severity is Severity.ERROR
    assert finding.line == line
    assert message in finding.message
    assert finding.advice


def test_aliases_that_expand_to_billions_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    report = reading.read("\n".join(lines).encode(), "bomb.yaml")
    assert "300,000 values" in report.findings[0].message


def test_shared_settings_may_be_written_once_with_an_anchor() -> None:
    text = (
        "teams:\n"
        "  - &it {id: it, name: IT, timezone: Europe/Berlin, hours: &office {mon-fri: 08:00-17:00}}\n"
        "  - {<<: *it, id: hr, name: HR}\n"
        "  - {id: lab, name: Lab, timezone: Europe/Berlin, hours: *office}\n"
    )
    catalogue = reading.read(text.encode(), "catalogue.yaml").catalogue
    assert catalogue is not None
    assert [team.name for team in catalogue.teams.values()] == ["IT", "HR", "Lab"]
    assert len({team.hours for team in catalogue.teams.values()}) == 1


def test_what_yaml_takes_for_a_truth_or_a_date_stays_what_was_written() -> None:
    text = changed("name: VPN,", "name: {no: Tunnelen, on: Tunnel}, confidential: yes,")
    catalogue = reading.read(text.encode(), "catalogue.yaml").catalogue
    assert catalogue is not None
    vpn = next(iter(catalogue.services.values()))
    assert vpn.names == {"no": "Tunnelen", "on": "Tunnel"}
    assert vpn.confidential


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace("[anna], on", "[ana], on").replace("VPN, team: it", "VPN, team: 7").replace("to: host", "to: h")
    assert [(path, line) for path, line, _, _ in found(text, Severity.ERROR)] == [
        ("teams[0].members[0]", 2),
        ("services[0].team", 7),
        ("items[0].relations[0].to", 10),
    ]


def test_the_command_prints_for_people_and_ends_with_zero_only_for_a_usable_file(tmp_path: Path) -> None:
    path, out = tmp_path / "catalogue.yaml", io.StringIO()
    path.write_text(changed("VPN, team: it", "VPN, team: ti"))
    assert reading.check(path, out) == 1
    assert out.getvalue() == (
        "error: line 7: The service “vpn” names “ti” under team, but there is no such team. (services[0].team)\n"
        "    Did you mean “it”? Otherwise add a record with the id “ti” under teams.\n"
        f"{path}: 1 error, 0 warnings. The catalogue cannot be used until the errors are mended.\n"
    )
    path.write_text(GOOD)
    assert reading.check(path, io.StringIO()) == 0
    assert reading.check(tmp_path / "nowhere.yaml", io.StringIO()) == 1
    assert reading.check(tmp_path, io.StringIO()) == 1


def test_the_schema_is_a_schema_and_describes_every_key() -> None:
    schema = json.loads(shape.SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    for name, definition in {**schema["$defs"], "catalogue": schema}.items():
        for key, described in definition.get("properties", {}).items():
            assert "description" in described or "$ref" in described, f"{name}.{key}"


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(
    ["anna", "it", "vpn", "2028-06-30", "always", "08:00-17:00", "Europe/Berlin", "en", "30m", "support", "slack"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "name", "team", "teams", "people", "services", "items", "channels", "members", "hours", "mon", "accounts",
     "slack", "rooms", "relations", "type", "to", "targets", "respond", "keywords", "purpose", "timezone", "language",
     "end_of_life", "organisation", "depends_on", "followers", "audience", "<<"]
)  # fmt: skip
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_any_tree_under_our_keys_gives_a_report_and_never_a_crash(tree: dict[str, object]) -> None:
    report = reading.read(json.dumps(tree).encode(), "any.yaml")
    assert report.ok or report.errors


PLACES = [
    (section, key)
    for section, keys in {
        "teams": ["id", "members", "on_duty", "timezone", "hours", "channels", "kind"],
        "people": ["id", "name", "language", "skills", "accounts", "roles", "hours", "timezone"],
        "services": ["id", "name", "team", "keywords", "items", "depends_on", "followers", "targets", "audience"],
        "items": ["id", "name", "relations", "end_of_life"],
        "channels": ["id", "purpose", "team", "slack", "rooms", "language"],
    }.items()
    for key in keys
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), TREES)
def test_anything_in_any_place_of_a_good_catalogue_gives_a_report_and_never_a_crash(
    place: tuple[str, str], value: object
) -> None:
    section, key = place
    tree = yaml.safe_load(GOOD.replace("2028-06-30", "'2028-06-30'"))
    tree[section][0][key] = value
    report = reading.read(json.dumps(tree).encode(), "any.yaml")
    assert report.ok or report.errors


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab01:-?&*!|>[]{},'\"#%@<~. \n\t\\"), max_size=80))
def test_any_text_is_read_or_explained(text: str) -> None:
    with contextlib.suppress(yamltext.Unreadable):
        assert yamltext.read(text).line_of(("a", 0)) >= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_report(content: bytes) -> None:
    report = reading.read(content, "any.yaml")
    assert report.ok or report.errors
