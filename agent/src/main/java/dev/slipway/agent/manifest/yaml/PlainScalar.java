package dev.slipway.agent.manifest.yaml;

import java.util.regex.Pattern;

/** What a scalar without quotes is, as far as YAML 1.1 and YAML 1.2 agree. */
public enum PlainScalar {
  TEXT,
  INTEGER,
  DECIMAL,
  BOOLEAN,
  NULL,
  /** One of the two reads a number, a truth value or a time where the other reads a text. */
  AMBIGUOUS;

  /** Longer ones fit no field, and converting them would cost time. */
  private static final Pattern INTEGERS = Pattern.compile("-?(0|[1-9][0-9]{0,29})");

  private static final Pattern DECIMALS = Pattern.compile("-?(0|[1-9][0-9]{0,29})\\.[0-9]{1,30}");

  private static final Pattern BOOLEANS = Pattern.compile("true|True|TRUE|false|False|FALSE");

  private static final Pattern NULLS = Pattern.compile("~|null|Null|NULL|");

  private static final Pattern WORDS_OF_1_1 =
      Pattern.compile("y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|=");

  /** Binary, octal, hexadecimal, grouped with underscores, to the base of sixty. */
  private static final Pattern NUMBERS =
      Pattern.compile(
          "[-+]?(0b[01_]+|0o[0-7]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])*(\\.[0-9_]*)?)");

  private static final Pattern FLOATS =
      Pattern.compile(
          "[-+]?(\\.[0-9][0-9_]*|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  private static final Pattern TIMES = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");

  /** Returns what the text is when it stands without quotes. */
  public static PlainScalar of(String text) {
    if (INTEGERS.matcher(text).matches()) {
      return INTEGER;
    }
    if (DECIMALS.matcher(text).matches()) {
      return DECIMAL;
    }
    if (BOOLEANS.matcher(text).matches()) {
      return BOOLEAN;
    }
    if (NULLS.matcher(text).matches()) {
      return NULL;
    }
    return readDifferently(text) ? AMBIGUOUS : TEXT;
  }

  private static boolean readDifferently(String text) {
    return WORDS_OF_1_1.matcher(text).matches()
        || NUMBERS.matcher(text).matches()
        || FLOATS.matcher(text).matches()
        || TIMES.matcher(text).matches();
  }
}
