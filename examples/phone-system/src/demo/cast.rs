//! Who is in the demo. All numbers are Ofcom's for use in drama.

use crate::records;

/// A customer: a number, and how the console greets it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Customer {
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    /// Whether they pay for not having to wait.
    pub(super) premium: bool,
}

impl Customer {
    /// As the table of customers has it.
    pub(super) fn record(&self) -> records::Customer {
        let class = if self.premium { "premium" } else { "regular" };
        records::Customer {
            name: self.name.to_owned(),
            class: class.to_owned(),
        }
    }
}

/// Somebody who works here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colleague {
    pub(super) name: &'static str,
    pub(super) phone: &'static str,
}

/// The first is whoever looks on; the others work by themselves.
pub(super) const COLLEAGUES: [Colleague; 6] = [
    colleague("Ann", "+447700900201"),
    // In a browser.
    colleague("Ben", "client:ben"),
    colleague("Cat", "+447700900203"),
    colleague("Dev", "+447700900204"),
    colleague("Eva", "+447700900205"),
    colleague("Finn", "+447700900206"),
];

/// Those who are told when every phone has rung in vain.
pub(super) const ON_CALL: [Colleague; 2] = [
    colleague("Dora", "+447700900401"),
    colleague("Gus", "+447700900402"),
];

/// Those who ring again and again. Somebody with a number that nobody knows rings now and then, too.
pub(super) const CUSTOMERS: [Customer; 28] = [
    premium("+447700900301", "Mrs Lindt"),
    premium("+447700900302", "Hall & Daughters"),
    premium("+447700900303", "Professor Adeyemi"),
    premium("+442079460311", "Thames Chandlers"),
    premium("+441632960312", "Dr Nowak"),
    premium("+441632960313", "Castle Bakery"),
    premium("+447700900314", "Mr Featherstone"),
    premium("+442079460315", "The Blue Door Hotel"),
    regular("+447700900321", "Mr Shah"),
    regular("+447700900322", "Miss Price"),
    regular("+447700900323", "Mr Okoro"),
    regular("+447700900324", "Ms Jones"),
    regular("+447700900325", "Señora Ibáñez"),
    regular("+447700900326", "Mr O'Neill"),
    regular("+447700900327", "Mrs Kowalczyk"),
    regular("+447700900328", "Zoë Brown"),
    regular("+447700900329", "Mr Tanaka"),
    regular("+447700900330", "Ms van der Berg"),
    regular("+441632960331", "Mr Green"),
    regular("+441632960332", "Mrs Green"),
    regular("+441632960333", "Ms Achterberg"),
    regular("+442079460334", "Mr Li"),
    regular("+442079460335", "Ms Rossi"),
    regular("+447700900336", "Mr Haddad"),
    regular("+447700900337", "Ms Andersson"),
    regular("+447700900338", "Mr McAllister"),
    regular("+447700900339", "Mrs Patel"),
    // A name is only ever shown as text.
    regular("+447700900340", "Bobby <b>Tables</b>"),
];

const fn colleague(name: &'static str, phone: &'static str) -> Colleague {
    Colleague { name, phone }
}

const fn premium(number: &'static str, name: &'static str) -> Customer {
    Customer {
        number,
        name,
        premium: true,
    }
}

const fn regular(number: &'static str, name: &'static str) -> Customer {
    Customer {
        number,
        name,
        premium: false,
    }
}
