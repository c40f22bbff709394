//! A small table per country of what must agree with each other: cities with their postcodes, phone prefixes, how a street is written. Phone numbers are from the ranges that a regulator keeps for fiction where there is one (FR, GB, US, DE); `#` is any digit.

/// Where a contact lives.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    /// Without the +, as it arrives.
    pub phone: &'static str,
    pub tax_number: &'static str,
    /// `{s}` is a surname.
    pub company: &'static [&'static str],
    /// `{n}` is the house number, `{s}` a surname that the street is named after.
    pub street: &'static [&'static str],
    pub cities: &'static [(&'static str, &'static str)],
}

pub const FR: Country = Country {
    code: "FR",
    phone: "3363998####",
    tax_number: "FR##8########",
    company: &["{s} SARL", "Atelier {s}", "Studio {s}", "{s} & Associés"],
    street: &["{n} rue {s}", "{n} avenue {s}", "{n} bis rue {s}", "{n}, allée {s}", "{n} impasse {s}"],
    cities: &[
        ("Paris", "75011"),
        ("Lyon", "69003"),
        ("Marseille", "13006"),
        ("Nantes", "44000"),
        ("Orléans", "45000"),
        ("Saint-Étienne", "42000"),
        ("Bourg-en-Bresse", "01000"),
        ("L'Haÿ-les-Roses", "94240"),
        ("Besançon", "25000"),
        ("Bordeaux", "33800"),
    ],
};

pub const BE: Country = Country {
    code: "BE",
    phone: "32470######",
    tax_number: "BE0#########",
    company: &["{s} SRL", "Atelier {s}"],
    street: &["rue {s} {n}", "avenue {s} {n}", "chaussée {s} {n}"],
    cities: &[("Bruxelles", "1000"), ("Liège", "4000"), ("Namur", "5000"), ("Charleroi", "6000")],
};

pub const US: Country = Country {
    code: "US",
    phone: "1212555010#",
    tax_number: "##-#######",
    company: &["{s} LLC", "{s} Coaching", "{s} & Co"],
    street: &["{n} {s} Street", "{n} {s} Ave", "{n} {s} Dr, Apt 4"],
    cities: &[("Austin", "78701"), ("Portland", "97205"), ("Boston", "02108"), ("Denver", "80202"), ("Newark", "07102")],
};

pub const GB: Country = Country {
    code: "GB",
    phone: "447700900###",
    tax_number: "GB#########",
    company: &["{s} Ltd", "{s} Studio", "{s} & Sons"],
    street: &["{n} {s} Road", "{n} {s} Lane", "Flat 2, {n} {s} Street"],
    cities: &[("London", "SW1A 1AA"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Edinburgh", "EH1 1YZ"), ("Cardiff", "CF10 1EP")],
};

pub const ES: Country = Country {
    code: "ES",
    phone: "346########",
    tax_number: "B########",
    company: &["{s} S.L.", "Estudio {s}", "Academia {s}"],
    street: &["Calle {s}, {n}", "C/ {s} {n}, 2º B", "Avenida {s}, {n}"],
    cities: &[("Madrid", "28013"), ("Barcelona", "08001"), ("Málaga", "29015"), ("A Coruña", "15003"), ("Logroño", "26001"), ("Cádiz", "11005")],
};

pub const MX: Country = Country {
    code: "MX",
    phone: "5255########",
    tax_number: "XAXX010101###",
    company: &["{s} S.A. de C.V.", "Grupo {s}"],
    street: &["Calle {s} {n}", "Av. {s} {n}"],
    cities: &[("Ciudad de México", "06000"), ("Mérida", "97000"), ("León", "37000"), ("Querétaro", "76000")],
};

pub const BR: Country = Country {
    code: "BR",
    phone: "55119########",
    tax_number: "##.###.###/0001-##",
    company: &["{s} Ltda.", "Instituto {s}", "{s} e Filhos"],
    street: &["Rua {s}, {n}", "Av. {s}, {n}", "Travessa {s}, {n}"],
    cities: &[("São Paulo", "01310-100"), ("Curitiba", "80010-000"), ("Salvador", "40020-000"), ("Brasília", "70040-010"), ("Goiânia", "74003-010")],
};

pub const PT: Country = Country {
    code: "PT",
    phone: "3519########",
    tax_number: "PT#########",
    company: &["{s}, Lda.", "Atelier {s}"],
    street: &["Rua {s}, {n}", "Avenida {s}, {n}", "Travessa {s}, {n}"],
    cities: &[("Lisboa", "1100-148"), ("Porto", "4000-322"), ("Évora", "7000-508"), ("Setúbal", "2900-182")],
};

pub const IT: Country = Country {
    code: "IT",
    phone: "393########",
    tax_number: "IT###########",
    company: &["{s} S.r.l.", "Studio {s}", "{s} & Figli"],
    street: &["Via {s}, {n}", "Viale {s} {n}", "Corso {s}, {n}/A"],
    cities: &[("Roma", "00184"), ("Milano", "20121"), ("Torino", "10121"), ("Forlì", "47121"), ("L'Aquila", "67100"), ("Napoli", "80133")],
};

pub const DE: Country = Country {
    code: "DE",
    phone: "4917139200##",
    tax_number: "DE#########",
    company: &["{s} GmbH", "{s} UG", "Praxis {s}"],
    street: &["{s}straße {n}", "{s}weg {n}", "{s}allee {n}a", "Am {s}platz {n}"],
    cities: &[("Berlin", "10115"), ("München", "80331"), ("Köln", "50667"), ("Dresden", "01067"), ("Göttingen", "37073"), ("Lübeck", "23552")],
};

pub const AT: Country = Country {
    code: "AT",
    phone: "43664#######",
    tax_number: "ATU########",
    company: &["{s} GmbH", "{s} e.U."],
    street: &["{s}gasse {n}", "{s}straße {n}"],
    cities: &[("Wien", "1010"), ("Graz", "8010"), ("Linz", "4020"), ("St. Pölten", "3100")],
};

pub const NL: Country = Country {
    code: "NL",
    phone: "316########",
    tax_number: "NL#########B01",
    company: &["{s} B.V.", "Studio {s}"],
    street: &["{s}straat {n}", "{s}laan {n}", "{s}weg {n}"],
    cities: &[("Amsterdam", "1012 AB"), ("Utrecht", "3511 CE"), ("Groningen", "9711 LM"), ("'s-Hertogenbosch", "5211 GZ")],
};

pub const TR: Country = Country {
    code: "TR",
    phone: "90532#######",
    tax_number: "##########",
    company: &["{s} Ltd. Şti.", "{s} Akademi"],
    street: &["{s} Sokak No:{n}", "{s} Caddesi No:{n}"],
    cities: &[("İstanbul", "34000"), ("Ankara", "06000"), ("İzmir", "35000"), ("Eskişehir", "26000")],
};

pub const JP: Country = Country {
    code: "JP",
    phone: "8190########",
    tax_number: "T#############",
    company: &["株式会社{s}", "{s}商店"],
    street: &["{s}町{n}", "{s}{n}丁目"],
    cities: &[("千代田区", "100-0001"), ("大阪市北区", "530-0001"), ("札幌市中央区", "060-0001")],
};

pub const CN: Country = Country {
    code: "CN",
    phone: "86138########",
    tax_number: "91##########MA####",
    company: &["{s}氏有限公司", "{s}工作室"],
    street: &["{s}家路{n}号", "{s}家巷{n}号"],
    cities: &[("北京", "100000"), ("上海", "200000"), ("成都", "610000")],
};

pub const TW: Country = Country {
    code: "TW",
    phone: "8869########",
    tax_number: "########",
    company: &["{s}記有限公司", "{s}氏工作室"],
    street: &["{s}厝路{n}號", "{s}家街{n}號"],
    cities: &[("臺北市", "100"), ("高雄市", "800"), ("臺南市", "700")],
};

pub const SA: Country = Country {
    code: "SA",
    phone: "9665########",
    tax_number: "3############03",
    company: &["مؤسسة {s}", "شركة {s}"],
    street: &["شارع {s} {n}", "طريق {s} {n}"],
    cities: &[("الرياض", "11564"), ("جدة", "21577"), ("الدمام", "31411")],
};

pub const IR: Country = Country {
    code: "IR",
    phone: "98912#######",
    tax_number: "##########",
    company: &["شرکت {s}", "آموزشگاه {s}"],
    street: &["خیابان {s} پلاک {n}", "کوچه {s} پلاک {n}"],
    cities: &[("تهران", "11369-11111"), ("اصفهان", "81431-11111"), ("شیراز", "71347-11111")],
};

pub const WALES: Country = Country {
    cities: &[("Caerdydd", "CF10 1EP"), ("Abertawe", "SA1 3SN"), ("Bangor", "LL57 1DT"), ("Aberystwyth", "SY23 2AU")],
    street: &["{n} Ffordd {s}", "{n} Heol {s}", "{n} Stryd {s}"],
    ..GB
};
