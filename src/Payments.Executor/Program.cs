Console.WriteLine("Payments.Executor");
