<?php
// What integrators' PHP computes in place of the signature: for each {"secret", "body"} on stdin, a line for each way of getting it wrong.
const SLASHES = JSON_UNESCAPED_SLASHES;
const UNICODE = JSON_UNESCAPED_UNICODE;

while (($line = fgets(STDIN)) !== false) {
    ['secret' => $secret, 'body' => $body] = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $arrays = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
    $objects = json_decode($body, false, 512, JSON_THROW_ON_ERROR);
    $show = function (string $variant, string $signature, array $other = []) use ($secret, $body): void {
        $case = ['variant' => $variant, 'secret' => $secret, 'body' => $body, 'signature' => $signature];
        echo json_encode(array_merge($case, $other), JSON_THROW_ON_ERROR), "\n";
    };
    $signs = fn (string $variant, string $message, ?string $key = null) => $show($variant, hash_hmac('sha256', $message, $key ?? $secret));
    $right = hash_hmac('sha256', $body, $secret);

    $written = [
        'php-encode' => json_encode($arrays),
        'php-encode-slashes' => json_encode($arrays, SLASHES),
        'php-encode-unicode' => json_encode($arrays, UNICODE),
        'php-encode-slashes-unicode' => json_encode($arrays, SLASHES | UNICODE),
        'php-encode-pretty' => json_encode($arrays, JSON_PRETTY_PRINT),
        'php-encode-pretty-slashes-unicode' => json_encode($arrays, JSON_PRETTY_PRINT | SLASHES | UNICODE),
        'php-encode-zero' => json_encode($arrays, JSON_PRESERVE_ZERO_FRACTION),
        'php-encode-objects' => json_encode($objects),
        'php-encode-objects-slashes' => json_encode($objects, SLASHES),
        'php-encode-objects-slashes-unicode' => json_encode($objects, SLASHES | UNICODE),
    ];
    foreach ($written as $variant => $message) {
        // What is the body itself is right.
        if ($message !== $body) {
            $signs($variant, $message);
        }
    }
    foreach (['php-encode-objects', 'php-encode-objects-slashes-unicode'] as $variant) {
        // It is known of vat alone that it was 0.0.
        if ($written[$variant] !== $body && !preg_match('/[\[,]-?\d+\.0[,\]]/', $body)) {
            $show('body-rewritten', $right, ['body' => $written[$variant]]);
        }
    }
    $signs('nothing-signed', '');
    $signs('key-empty', $body, '');
    $signs('arguments-swapped', $secret, $body);
    $show('base64', base64_encode(hash_hmac('sha256', $body, $secret, true)));
    $show('base64-of-hex', base64_encode($right));
    $show('prefix', "sha256=$right");
    $show('hash-of-body-and-secret', hash('sha256', $body . $secret));
    $show('body-html-escaped', $right, ['body' => htmlspecialchars($body)]);
}
