Console.WriteLine("Payments.Wallets");
