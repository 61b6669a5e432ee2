Console.WriteLine("Payments.Ledger");
