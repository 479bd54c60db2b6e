<?php
// The same program by PHP's FFI. The declarations are read from the header, with its macros replaced by their numbers.
$header = file_get_contents(getenv('TRACEHOP_HEADER') ?: '/usr/local/include/tracehop.h');
preg_match_all('/^#define TRACEHOP_(\w+) (-?[\d.e]+)$/m', $header, $found);
$number = array_combine($found[1], array_map(fn ($value) => $value + 0, $found[2]));
$code = preg_replace(['/\\\\\n/', '/^#.*$/m', '/^extern "C" {$/m', '/^}  \/\/ extern "C"$/m'], '', $header);
$code = preg_replace_callback('/\[TRACEHOP_(\w+)\]/', fn ($match) => "[{$number[$match[1]]}]", $code);
$tracehop = FFI::cdef($code, getenv('TRACEHOP_LIBRARY') ?: 'libtracehop.so.0.2');

/** The bytes of a text, in memory that C may read for as long as PHP keeps them. */
function bytes(string $text): FFI\CData
{
    $bytes = FFI::new('char[' . max(1, strlen($text)) . ']');
    FFI::memcpy($bytes, $text, strlen($text));
    return $bytes;
}

/** Points a tracehop_str at bytes that are kept in $kept. */
function point(FFI\CData $str, string $text, array &$kept): void
{
    $kept[] = $bytes = bytes($text);
    $str->data = FFI::cast('char *', FFI::addr($bytes));
    $str->len = strlen($text);
}

function text(FFI\CData $str): string
{
    return $str->data === null ? '' : FFI::string($str->data, $str->len);
}

function check(int $status): void
{
    global $tracehop, $number;
    if ($status !== $number['OK']) {
        throw new RuntimeException(text($tracehop->tracehop_status_sentence($status)));
    }
}

/** Headers as an array for C. */
function headers(array $pairs, array &$kept): FFI\CData
{
    global $tracehop;
    $array = $tracehop->new('tracehop_header[' . count($pairs) . ']');
    foreach (array_keys($pairs) as $i => $name) {
        point($array[$i]->name, $name, $kept);
        point($array[$i]->value, $pairs[$name], $kept);
    }
    return $array;
}

function service(array &$kept): FFI\CData
{
    global $tracehop, $number;
    $targets = $tracehop->new('tracehop_target[2]');
    foreach ([['ORIGIN', 'https://*.myapp.com'], ['TEXT', '/internal/']] as $i => [$kind, $text]) {
        $targets[$i]->kind = $number["KIND_$kind"];
        point($targets[$i]->text, $text, $kept);
    }
    $kept[] = $targets;
    $p = $tracehop->new('tracehop_propagator');
    $p->struct_size = FFI::sizeof($p);
    $p->traces_sample_rate = $number['UNSET'];
    point($p->dsn, 'https://key@o1.ingest.sentry.io/2', $kept);
    point($p->release, 'hop@1.0', $kept);
    $p->trace_propagation_targets = FFI::addr($targets[0]);
    $p->n_targets = 2;
    return $p;
}

function names(int $findings): string
{
    global $tracehop;
    $set = array_filter(range(1, 64), fn ($n) => $findings >> ($n - 1) & 1);
    return implode(',', array_map(fn ($n) => text($tracehop->tracehop_finding_name($n)), $set));
}

$lasting = [];
$propagator = FFI::addr(service($lasting));
check($tracehop->tracehop_propagator_check($propagator));
$context = $tracehop->new('tracehop_context');
$outcome = $tracehop->new('tracehop_outcome');
$seed = FFI::new("uint8_t[{$number['SEED_BYTES']}]");
$buffer = FFI::new("char[{$number['OUTCOME_BYTES']}]");
$decisions = [$number['UNDECIDED'] => 'undecided', $number['NO'] => 'no', $number['YES'] => 'yes'];

while (($line = fgets(STDIN)) !== false) {
    [$url, $trace, $baggage, $own] = explode("\t", rtrim($line, "\n"));
    $kept = [];
    [$address, $absent] = [$tracehop->new('tracehop_str'), $tracehop->new('tracehop_str')];
    point($address, $url, $kept);
    $incoming = headers(['sentry-trace' => $trace, 'baggage' => $baggage], $kept);
    $outgoing = headers(['baggage' => $own], $kept);

    $status = $tracehop->tracehop_adopt($propagator, $incoming, 2, FFI::addr($context));
    if ($status === $number['NO_TRACE']) {
        FFI::memcpy($seed, random_bytes($number['SEED_BYTES']), $number['SEED_BYTES']);
        $status = $tracehop->tracehop_continue_trace($propagator, $incoming, 2, $seed, FFI::addr($context));
    }
    check($status);
    check($tracehop->tracehop_inject($propagator, FFI::addr($context), $address, $absent, $outgoing, 1, $buffer, FFI::sizeof($buffer), FFI::addr($outcome)));

    $request = ['sentry-trace' => '', 'baggage' => $own];
    for ($i = 0; $i < $outcome->n_headers; $i++) {
        $request[text($outcome->headers[$i]->name)] = text($outcome->headers[$i]->value);
    }
    $reason = text($tracehop->tracehop_reason_name($outcome->reason));
    $sampled = $decisions[$tracehop->tracehop_context_sampled(FFI::addr($context))];
    $carried = array_map(fn ($name) => $request[$name] ?: '-', ['sentry-trace', 'baggage']);
    echo implode(' | ', [$reason, $sampled, ...$carried, names($tracehop->tracehop_context_findings(FFI::addr($context)) | $outcome->findings)]), "\n";
}
