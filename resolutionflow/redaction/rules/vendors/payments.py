"""Keys of payment and shop services."""

from __future__ import annotations

from ...rule import key_rule

TITLE = "Keys of payment and shop services"

_U = r"[A-Za-z0-9_-]"

RULES = [
    key_rule(
        "stripe-key",
        "sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_ sk_prod_ rk_prod_ ek_live_"
        " ek_test_",
        r"[A-Za-z0-9_+/=]{10,300}+",
        "⟨w24⟩",
        "API key or webhook secret of Stripe",
        "Stripe: API keys",
    ),
    key_rule(
        "square-access-token",
        "EAAA EAAl",
        rf"{_U}{{50,250}}+",
        "⟨u60⟩",
        "Access token of Square",
        "Square: access tokens",
    ),
    key_rule(
        "square-application-secret",
        "sq0atp- sq0csp- sq0idp- sandbox-sq0idb- sandbox-sq0csb-",
        rf"{_U}{{18,80}}+",
        "⟨u43⟩",
        "Application id, secret or token of Square",
        "Square: OAuth API",
    ),
    key_rule(
        "braintree-access-token",
        "access_token$production$ access_token$sandbox$",
        r"[0-9a-z]{10,20}\$[0-9a-f]{32}",
        "⟨a16⟩$⟨h32⟩",
        "Access token of Braintree",
        "PayPal Braintree: access tokens",
    ),
    key_rule(
        "razorpay-key",
        "rzp_live_ rzp_test_",
        r"[A-Za-z0-9]{14,40}+",
        "⟨w14⟩",
        "Key id of Razorpay",
        "Razorpay: API keys",
    ),
    key_rule(
        "flutterwave-key",
        "FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- FLWPUBK-",
        r"[A-Za-z0-9-]{12,60}+",
        "⟨h32⟩-X",
        "Key of Flutterwave",
        "Flutterwave: API keys",
    ),
    key_rule(
        "shopify-token",
        "shpat_ shpca_ shppa_ shpss_ shptka_ shprka_",
        r"[0-9a-fA-F]{24,80}+",
        "⟨h32⟩",
        "Token or secret of Shopify",
        "Shopify: access token prefixes",
    ),
    key_rule(
        "mollie-key",
        "live_ test_",
        r"[A-Za-z0-9]{30,80}+(?=[^A-Za-z0-9_-]|$)",
        "⟨w30⟩",
        "API key of Mollie",
        "Mollie: authentication",
        starts_word=True,
    ),
    key_rule(
        "payment-partner-key",
        "pat_ key_live_ key_test_",
        r"[A-Za-z0-9_.-]{24,120}+",
        "⟨w40⟩",
        "Personal or environment key of Coze, Branch and others",
        "Branch: API keys",
    ),
    key_rule(
        "duffel-token",
        "duffel_test_ duffel_live_",
        rf"{_U}{{30,60}}+",
        "⟨u43⟩",
        "Access token of Duffel",
        "Duffel: access tokens",
    ),
    key_rule(
        "paddle-key",
        "pdl_live_ pdl_sdbx_ pdl_ntfset_",
        r"[A-Za-z0-9_]{24,120}+",
        "⟨w40⟩",
        "API key or webhook secret of Paddle",
        "Paddle: API keys",
    ),
    key_rule(
        "shippo-token",
        "shippo_live_ shippo_test_",
        r"[0-9a-f]{32,60}+",
        "⟨h40⟩",
        "API token of Shippo",
        "Shippo: authentication",
    ),
    key_rule(
        "easypost-key",
        "EZAK EZTK",
        r"[A-Za-z0-9]{40,70}+",
        "⟨w54⟩",
        "API key of EasyPost",
        "EasyPost: API keys",
    ),
]
