<?php
// PHP itself: what it makes of each document must be what we make of it, byte for byte.
$met = 0;
foreach (file($argv[1], FILE_IGNORE_NEW_LINES) as $line) {
    $case = json_decode($line);
    $value = json_decode($case->document, false, 512, JSON_THROW_ON_ERROR);
    $encoded = json_encode($value, JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
    if ($encoded !== $case->encoded) {
        fwrite(STDERR, "document: $case->document\nPHP:      $encoded\nours:     $case->encoded\n");
        exit(1);
    }
    $met++;
}
if ($met < 10000) {
    fwrite(STDERR, "only $met documents\n");
    exit(1);
}
echo "PHP ", PHP_VERSION, " encodes $met documents as we do\n";
