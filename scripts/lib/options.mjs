import { parseArgs } from 'node:util';

/** Our options that npm also has as settings. */
const NPMS_OWN = ['only'];

/**
 * Parses a command's options; the only parser of all commands. `--help` prints the usage and exits; wrong usage prints
 * the error with the usage, and exits with code 2. Nothing is downloaded or built before this.
 * @param command.usage the command line and its purpose, as text
 * @param command.options as for `parseArgs`. For an option with a value, `name` is what the error calls an empty
 *   value; `isNumber` accepts numbers above zero only
 * @param command.positionals the name of other arguments, e.g. 'FILE'; absent: there are none
 * @param command.passesOn the receiver of the arguments after a `--`, e.g. 'Playwright'; absent: they are
 *   `positionals`, if there are any
 * @returns `{ values, positionals, passedOn }`
 */
export function readOptions({ usage, options = {}, positionals, passesOn }, args = process.argv.slice(2)) {
  refuseSwallowed(options, usage);
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const passedOn = end === -1 ? [] : args.slice(end + 1);
  const known = { ...options, help: { type: 'boolean', short: 'h' } };
  let found;
  try {
    found = parseArgs({
      args: own,
      options: known,
      allowPositionals: positionals !== undefined,
      tokens: true,
    });
  } catch (error) {
    refuse(withoutHint(error.message), usage);
  }
  if (found.values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  refuseRepeated(found.tokens, options, usage);
  for (const [name, value] of Object.entries(found.values)) checkValue(name, value, options[name], usage);
  if (passesOn) return { values: found.values, positionals: found.positionals, passedOn };
  if (passedOn.length && positionals === undefined) refuse(`Unexpected argument '${passedOn[0]}'.`, usage);
  return { values: found.values, positionals: [...found.positionals, ...passedOn], passedOn: [] };
}

/** Of two values, one would be silently ignored. */
function refuseRepeated(tokens, options, usage) {
  const seen = new Set();
  for (const { kind, name } of tokens) {
    if (kind !== 'option' || options[name]?.type !== 'string' || options[name].multiple) continue;
    if (seen.has(name)) refuse(`Option '--${name}' is given twice.`, usage);
    seen.add(name);
  }
}

/** Exits with code 2 after wrong usage, and prints the usage. */
export function refuse(why, usage) {
  process.stderr.write(`${why}\n\n${usage}\n`);
  process.exit(2);
}

function checkValue(name, value, option, usage) {
  if (option?.type !== 'string') return;
  if (Array.isArray(value)) return value.forEach((one) => checkValue(name, one, option, usage));
  if (!value.trim()) refuse(`Option '--${name}' needs a value.`, usage);
  if (option.isNumber && !(Number(value) > 0 && Number.isFinite(Number(value))))
    refuse(`Option '--${name}' needs a number above zero, not '${value}'.`, usage);
}

/** Node adds a hint about positionals, which these commands do not have. */
function withoutHint(message) {
  const [cause] = message.split(/ To specify a positional|\. This command does not take positional/);
  return cause.endsWith('.') ? cause.replaceAll('\n', ' ') : `${cause}.`;
}

/** `npm start --x` without `--` before it: npm keeps the option and sets a variable. */
function refuseSwallowed(options, usage) {
  for (const name of Object.keys(options)) {
    if (NPMS_OWN.includes(name)) continue;
    if (process.env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined)
      refuse(`npm kept '--${name}' to itself: put -- before it.`, usage);
  }
}
