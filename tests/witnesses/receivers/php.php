<?php
// A receiver as one writes it with PHP: the raw body is verified, then parsed.
$body = file_get_contents('php://input');
$right = hash_equals(hash_hmac('sha256', $body, getenv('SECRET')), $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'] ?? '');
if ($right) {
    json_decode($body, true, 512, JSON_THROW_ON_ERROR);
}
http_response_code($right ? 200 : 401);
