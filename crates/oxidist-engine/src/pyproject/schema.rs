//! `[tool.oxidist]` as a JSON schema (draft 7), made of the tables by which [`super::tool`] reads it.
//!
//! It takes what the parser takes, and refuses what that refuses by type or by name. It cannot know a project's own
//! commands: a table of another name is any command's. Neither can it know which options a class in `cmdclass` has, so
//! the options of such a command are not held against ours.

use serde_json::{Map, Value, json};

use super::dynamic::{IN_MODULES_ONLY, LISTS, OTHERS, TEXTS};
use super::keys::{DISCOVERY_KEYS, EXTENSION_KEYS, Key, Kind, LIBRARY_KEYS, NEEDED, TOOL_KEYS};
use super::project::FIELDS;
use crate::options::{FALSE, TRUE};

/// What the schema is known by. Nothing can be fetched from there; validators want an address all the same.
const ID: &str = "https://oxidist.invalid/tool.oxidist.schema.json";

/// A command, and its table of options.
#[derive(Debug, Clone)]
pub struct CommandTable {
    pub name: String,
    pub about: String,
    pub options: Vec<CommandOption>,
}

#[derive(Debug, Clone)]
pub struct CommandOption {
    /// As on a command line, with `-`.
    pub name: String,
    pub about: String,
    /// Whether it is true or false.
    pub is_switch: bool,
}

/// The schema's text, with `commands` as those that everybody has.
pub fn schema(commands: &[CommandTable]) -> String {
    let mut properties = properties_of(&TOOL_KEYS);
    // Else they would be commands.
    properties.extend(misspelt().map(|name| (name, Value::Bool(false))));
    let mut spellings = Map::new();
    let mut definitions = definitions();
    for command in commands {
        let reference = json!({ "$ref": format!("#/definitions/{}", command.name) });
        properties.insert(command.name.clone(), reference.clone());
        if command.name.contains('_') {
            spellings.insert(format!("^{}$", either_spelling(&command.name)), reference);
        }
        definitions.insert(command.name.clone(), command_table(command));
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": "[tool.oxidist]",
        "description": "what a distribution is made of, and options of commands",
        "type": "object",
        "properties": properties,
        "patternProperties": spellings,
        "additionalProperties": { "$ref": "#/definitions/command" },
        "allOf": commands.iter().map(only_known_options).collect::<Vec<_>>(),
        "definitions": definitions,
    });
    format!("{schema:#}\n")
}

/// Keys with the hyphens that they have as underscores.
fn misspelt() -> impl Iterator<Item = String> {
    TOOL_KEYS.iter().filter(|key| key.0.contains('-')).map(|key| key.0.replace('-', "_"))
}

fn properties_of(keys: &[Key]) -> Map<String, Value> {
    keys.iter().map(|(name, kind, _, about)| (name.to_string(), described(value_of(*kind), about))).collect()
}

/// A description beside a reference would not be seen.
fn described(value: Value, about: &str) -> Value {
    match value {
        Value::Object(mut value) if !value.contains_key("$ref") => {
            value.insert("description".into(), about.into());
            Value::Object(value)
        }
        reference => json!({ "description": about, "allOf": [reference] }),
    }
}

fn value_of(kind: Kind) -> Value {
    let strings = || json!({ "type": "array", "items": { "type": "string" } });
    let table_of = |value: Value| json!({ "type": "object", "additionalProperties": value });
    let list_of =
        |name: &str| json!({ "type": "array", "items": { "$ref": format!("#/definitions/{name}") } });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Strings => strings(),
        Kind::Pairs => table_of(json!({ "type": "string" })),
        Kind::Groups | Kind::DataFiles => table_of(strings()),
        Kind::Folder => json!({ "$ref": "#/definitions/folder" }),
        Kind::Folders => table_of(json!({ "$ref": "#/definitions/folder" })),
        Kind::Packages => json!({ "anyOf": [strings(), closed(&DISCOVERY_KEYS, &[])] }),
        Kind::Extensions => list_of("extension"),
        Kind::Libraries => list_of("library"),
        Kind::Macros => json!({
            "type": "array",
            "items": { "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 2 },
            ] },
        }),
        Kind::Classes => table_of(json!({ "type": "string", "pattern": r"^[^\s:]+:[^\s:]+$" })),
        Kind::Dynamic => dynamic(),
    }
}

/// A table that has no other keys.
fn closed(keys: &[Key], needed: &[&str]) -> Value {
    let mut table = json!({
        "type": "object", "properties": properties_of(keys), "additionalProperties": false,
    });
    if !needed.is_empty() {
        table["required"] = needed.into();
    }
    table
}

fn definitions() -> Map<String, Value> {
    let words: Vec<String> = TRUE.iter().chain(&FALSE).map(|word| in_any_case(word)).collect();
    let definitions = json!({
        "folder": {
            "title": "a folder of the project",
            "type": "string",
            "not": { "pattern": r"^/|(^|/)\.\.(/|$)" },
        },
        "extension": titled("an extension module", closed(&EXTENSION_KEYS, &NEEDED)),
        "library": titled("a static library", closed(&LIBRARY_KEYS, &NEEDED)),
        "attribute": {
            "title": "a name in a module, as 'module.name'",
            "type": "string",
            "pattern": r"^[^.\s]+(\.[^.\s]+)+$",
        },
        "files": {
            "title": "a file, or a list of files",
            "type": ["string", "array"],
            "items": { "type": "string" },
        },
        "value": {
            "title": "a string, a number, true, false or a list of strings",
            "type": ["string", "number", "boolean", "array"],
            "items": { "type": "string" },
        },
        "switch": {
            "title": "true or false",
            "anyOf": [
                { "type": "boolean" },
                { "type": "integer", "enum": [0, 1] },
                { "type": "string", "pattern": format!("^({})$", words.join("|")) },
            ],
        },
        "command": {
            "title": "options of a command",
            "type": "object",
            "additionalProperties": { "$ref": "#/definitions/value" },
        },
    });
    match definitions {
        Value::Object(definitions) => definitions,
        _ => Map::new(),
    }
}

fn titled(title: &str, mut value: Value) -> Value {
    value["title"] = title.into();
    value
}

/// `[tool.oxidist.dynamic]`
fn dynamic() -> Value {
    let attribute = || json!({ "$ref": "#/definitions/attribute" });
    let files = || json!({ "$ref": "#/definitions/files" });
    let only = |properties: Value, needed: &str| {
        json!({
            "type": "object", "properties": properties, "required": [needed], "additionalProperties": false,
        })
    };
    let in_module = |more: Option<Value>| {
        let mut properties = json!({ "attr": attribute() });
        if let Some(more) = more {
            properties["content-type"] = more;
        }
        only(properties, "attr")
    };
    let anywhere = |more: Option<Value>| {
        let mut properties = json!({ "file": files() });
        if let Some(more) = &more {
            properties["content-type"] = more.clone();
        }
        json!({ "anyOf": [in_module(more), only(properties, "file")] })
    };
    let field = |name: &str| match name {
        "readme" => anywhere(Some(json!({ "type": "string" }))),
        "optional-dependencies" => json!({ "anyOf": [
            in_module(None),
            {
                "type": "object",
                "properties": { "attr": false },
                "additionalProperties": anywhere(None),
            },
        ] }),
        name if IN_MODULES_ONLY.contains(&name) => in_module(None),
        _ => anywhere(None),
    };
    let about = |name: &str| FIELDS.iter().find(|field| field.name == name).map_or("", |field| field.about);
    let names = TEXTS.iter().chain(&LISTS).chain(&OTHERS);
    let properties: Map<String, Value> =
        names.map(|name| (name.to_string(), described(field(name), about(name)))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn command_table(command: &CommandTable) -> Value {
    let value = |option: &CommandOption| json!({ "$ref": if option.is_switch { "#/definitions/switch" } else { "#/definitions/value" } });
    let properties: Map<String, Value> = command
        .options
        .iter()
        .map(|option| (option.name.clone(), described(value(option), &option.about)))
        .collect();
    let spellings: Map<String, Value> = command
        .options
        .iter()
        .filter(|option| option.name.contains('-'))
        .map(|option| (format!("^{}$", either_spelling(&option.name)), value(option)))
        .collect();
    json!({
        "title": format!("[tool.oxidist.{}]", command.name),
        "description": command.about,
        "type": "object",
        "properties": properties,
        "patternProperties": spellings,
        "additionalProperties": { "$ref": "#/definitions/value" },
    })
}

/// Unless the project has another class for the command, it has only the options of ours.
fn only_known_options(command: &CommandTable) -> Value {
    let names: Vec<String> = command.options.iter().map(|option| either_spelling(&option.name)).collect();
    let pattern = format!("^({})$", names.join("|"));
    let tables = format!("^{}$", either_spelling(&command.name));
    let name = &command.name;
    json!({
        "if": { "required": ["cmdclass"], "properties": { "cmdclass": { "required": [name] } } },
        "else": { "patternProperties": { tables: { "propertyNames": { "pattern": pattern } } } },
    })
}

/// A pattern for a name with `-` or `_`, whichever it has.
fn either_spelling(name: &str) -> String {
    name.replace(['-', '_'], "[-_]")
}

fn in_any_case(word: &str) -> String {
    word.chars()
        .map(|letter| match letter.is_ascii_alphabetic() {
            true => format!("[{}{letter}]", letter.to_ascii_uppercase()),
            false => letter.to_string(),
        })
        .collect()
}
