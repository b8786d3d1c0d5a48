// The words that make a key the name of a secret. Keys are compared word by word: `accessToken`, `ACCESS_TOKEN` and
// `x-access-token` end with the words `access token`. So `token_count`, `max_tokens: 5` and `author` do not match.

/** Last words of keys whose values are secrets in any form, numbers included. */
export const PASSWORD_WORDS: readonly string[] =
  `password passwords passwd passwort pwd passphrase passcode pin ssn cvv cvv2 cvc otp totp`.split(' ');

/** The same with two words. */
export const PASSWORD_PAIRS: readonly string[] = (
  'card number,credit card,cc number,social security,security code,verification code,recovery code,backup code,' +
  'recovery codes,backup codes,mfa code,sms code'
).split(',');

/** Last words of keys whose values are secret texts. A short number under such a key is a count. */
export const TOKEN_WORDS: readonly string[] = (
  'secret secrets token tokens jwt bearer pass credential credentials csrf xsrf apikey apikeys accesskey secretkey ' +
  'privatekey sessionid sessid jsessionid phpsessid authtoken accesstoken refreshtoken idtoken clientsecret'
).split(' ');

/** The same with two words. */
export const TOKEN_PAIRS: readonly string[] = (
  'api key,api keys,access key,access keys,secret key,secret keys,private key,private keys,session id,session key,' +
  'encryption key,signing key,master key,auth key,shared key,account key,app key,application key,subscription key,' +
  'functions key,consumer key,license key,deploy key,ssh key,key id,code verifier,device code,auth code,key base,' +
  'authorization code,oauth verifier,oauth signature,client assertion,saml response,saml request,honeycomb team'
).split(',');

/** Headers whose whole value is a secret. */
export const HEADER_WORDS: readonly string[] = ['authorization', 'cookie', 'cookies'];

/** Last words of keys that name secrets only in the query of a URL. Elsewhere these words have other meanings. */
export const QUERY_WORDS: readonly string[] = 'sig signature hmac code key auth ticket'.split(' ');

/** The query words that must be the whole key: `country_code` and `sort_key` name no secret. */
export const WHOLE_KEY_QUERY_WORDS: ReadonlySet<string> = new Set(['code', 'key', 'auth', 'ticket']);

/** Words without separators that are also recognised at the end of a longer word: `mypassword`, `DBAPIKEY`. */
export const COMPOUND_ENDINGS: readonly string[] = (
  'password passwd passphrase apikey secretkey accesskey privatekey sessionid accesstoken refreshtoken authtoken ' +
  'idtoken clientsecret secretaccesskey'
).split(' ');

/** Words that may follow: `password_hash`, `token2`, `secret_value`, `password_confirmation`. */
export const SUFFIX_WORDS: readonly string[] =
  'value values raw plaintext hash hashed encrypted base64 b64 encoded confirm confirmation header'.split(
    ' ',
  );

/** Words before `token` with which it means something other than a secret. */
export const NON_SECRET_TOKEN_QUALIFIERS: ReadonlySet<string> = new Set(
  (
    'page next continuation sync pagination cursor cancel cancellation stop start eos bos unk pad mask special unexpected ' +
    'expected invalid max min num input output prompt completion total idempotency request first last syntax'
  ).split(' '),
);

/** Keys that match by their words but name no secret. `session.id` is a visit in OpenTelemetry's conventions, `PWD` a directory. */
export const NON_SECRET_KEYS: ReadonlySet<string> = new Set([
  'PWD',
  'OLDPWD',
  'session.id',
  'session.previous_id',
]);

/** Whole keys that name secrets, although no word of them is in the lists above. */
export const ALWAYS_SECRET_KEYS: ReadonlySet<string> = new Set(['sid', 'connect.sid', '_auth']);

/** Values that are no secrets under the key of a secret. */
export const NON_SECRET_VALUES: ReadonlySet<string> = new Set(
  (
    'true false null undefined none nil nan yes no on off string number boolean object any unknown optional required missing ' +
    'invalid expired empty wrong incorrect mismatch masked redacted filtered hidden default unset set removed basic bearer ' +
    'is was must has should cannot not'
  ).split(' '),
);

/** The endings of all keys that can be the key of a secret. */
export const SECRET_KEY_ENDINGS: readonly string[] = [
  ...[PASSWORD_WORDS, PASSWORD_PAIRS, TOKEN_WORDS, TOKEN_PAIRS, HEADER_WORDS, QUERY_WORDS].flat(),
  ...SUFFIX_WORDS,
  ...COMPOUND_ENDINGS,
  ...ALWAYS_SECRET_KEYS,
];
