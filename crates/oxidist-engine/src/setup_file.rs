//! `Setup` files: extension modules described one to a line, in the words of a compiler's command line.

/// What a line of a `Setup` file says of an extension module. Paths are as they stand there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Module {
    pub name: String,
    pub sources: Vec<String>,
    pub include_dirs: Vec<String>,
    /// Name and value; `None` where there is no `=`.
    pub define_macros: Vec<(String, Option<String>)>,
    pub undef_macros: Vec<String>,
    pub library_dirs: Vec<String>,
    pub libraries: Vec<String>,
    pub runtime_library_dirs: Vec<String>,
    pub extra_objects: Vec<String>,
    pub extra_compile_args: Vec<String>,
    pub extra_link_args: Vec<String>,
    /// Words that mean nothing here.
    pub unrecognized: Vec<String>,
}

const SOURCES: [&str; 7] = [".c", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm"];
const OBJECTS: [&str; 5] = [".a", ".so", ".sl", ".o", ".dylib"];

/// Options that say where the word behind them goes.
#[derive(Clone, Copy)]
enum Next {
    RuntimeLibraryDir,
    LinkArgument,
    CompileArgument,
}

impl Module {
    /// The module of a line's words, the first of which is its name; `None` for no words at all.
    pub fn read(words: &[String]) -> Option<Module> {
        let (name, words) = words.split_first()?;
        let mut module = Module { name: name.clone(), ..Module::default() };
        let mut next = None;
        for word in words {
            next = match next {
                Some(place) => {
                    module.put(place, word);
                    None
                }
                None => module.take(word),
            };
        }
        Some(module)
    }

    fn put(&mut self, place: Next, word: &str) {
        let list = match place {
            Next::RuntimeLibraryDir => &mut self.runtime_library_dirs,
            Next::LinkArgument => &mut self.extra_link_args,
            Next::CompileArgument => &mut self.extra_compile_args,
        };
        list.push(word.to_string());
    }

    /// One word; where the next one goes, if this one says so. A file's ending counts before an option's letter.
    fn take(&mut self, word: &str) -> Option<Next> {
        let ending = ending(word);
        let (switch, value) = word.split_at(word.char_indices().nth(2).map_or(word.len(), |(at, _)| at));
        let owned = value.to_string();
        match switch {
            _ if SOURCES.contains(&ending) => self.sources.push(word.to_string()),
            "-I" => self.include_dirs.push(owned),
            "-D" => self.define_macros.push(definition(value)),
            "-U" => self.undef_macros.push(owned),
            "-C" => self.extra_compile_args.push(word.to_string()),
            "-l" => self.libraries.push(owned),
            "-L" => self.library_dirs.push(owned),
            "-R" => self.runtime_library_dirs.push(owned),
            _ if word == "-rpath" => return Some(Next::RuntimeLibraryDir),
            _ if word == "-Xlinker" => return Some(Next::LinkArgument),
            _ if word == "-Xcompiler" => return Some(Next::CompileArgument),
            "-u" => {
                self.extra_link_args.push(word.to_string());
                return value.is_empty().then_some(Next::LinkArgument);
            }
            _ if OBJECTS.contains(&ending) => self.extra_objects.push(word.to_string()),
            _ => self.unrecognized.push(word.to_string()),
        }
        None
    }
}

/// Name and value of a macro. Where there is a `=`, the first character behind it is lost, as it is in
/// every distutils.
fn definition(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => {
            let mut rest = value.chars();
            rest.next();
            (name.to_string(), Some(rest.as_str().to_string()))
        }
        None => (text.to_string(), None),
    }
}

/// What Python's `os.path.splitext` calls the extension, with its dot: empty where there is none.
fn ending(path: &str) -> &str {
    let name = path.rsplit(std::path::is_separator).next().unwrap_or(path);
    let visible = name.trim_start_matches('.');
    visible.rfind('.').map_or("", |dot| &visible[dot..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Module {
        let words: Vec<String> = line.split(' ').map(str::to_string).collect();
        Module::read(&words).unwrap()
    }

    #[test]
    fn words_go_where_their_letter_or_ending_says() {
        let module = read("m a.c b.o -Ii -DD -UU -lz -Ll -Rr -Xlinker -s -rpath p -u sym -usym lib.a");
        assert_eq!((module.name.as_str(), module.sources.as_slice()), ("m", &["a.c".to_string()][..]));
        assert_eq!(module.define_macros, [("D".to_string(), None)]);
        assert_eq!(module.runtime_library_dirs, ["r", "p"]);
        assert_eq!(module.extra_link_args, ["-s", "-u", "sym", "-usym"]);
        assert_eq!(module.extra_objects, ["b.o", "lib.a"]);
    }

    #[test]
    fn an_ending_counts_before_a_letter_and_hidden_files_have_none() {
        let module = read("m -Dx.c x/.c .o ü");
        assert_eq!(module.sources, ["-Dx.c"]);
        assert_eq!(module.unrecognized, ["x/.c", ".o", "ü"]);
    }

    #[test]
    fn no_words_are_no_module() {
        assert_eq!(Module::read(&[]), None);
    }
}
