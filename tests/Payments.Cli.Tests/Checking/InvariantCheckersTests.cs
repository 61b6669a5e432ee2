using Payments.Cli.Checking;
using Payments.Cli.Checking.Evidence;
using Payments.Contracts;

namespace Payments.Cli.Tests.Checking;

public sealed class InvariantCheckersTests
{
    private const string OneCharge = "One charge per order, by the PSP's own book";
    private const string OrdersMatch = "Terminal payments and their orders match";
    private const string Hangs = "Nothing hangs";
    private const string Balances = "The ledger balances, per journal and per currency";
    private const string NotNegative = "Wallets are never negative";
    private const string Sellers = "Sellers' wallets, lots and ledger agree";
    private const string Psp = "Operations at PSPs and the ledger agree";
    private const string BookedOnce = "Each paid order is booked once, each unpaid one nets to zero";
    private const string Rows = "Every row of the books belongs to a payment";

    [Fact]
    public void Evaluate_SoundBooks_FindsNothing()
    {
        PaymentEvidence[] payments = [SoundBooks.Completed(), SoundBooks.Failed(), SoundBooks.Moving()];

        var results = InvariantCheckers.Evaluate(payments, SoundBooks.TotalsOf(payments));

        results.SelectMany(r => r.Violations).ShouldBeEmpty();
        results.Select(r => r.Name).ShouldBe(
            [OneCharge, OrdersMatch, Hangs, Balances, NotNegative, Sellers, Psp, BookedOnce, Rows]);
    }

    [Theory]
    [InlineData(OneCharge)]
    [InlineData(OrdersMatch)]
    [InlineData(Sellers)]
    [InlineData(Psp)]
    [InlineData(BookedOnce)]
    public void Evaluate_MovingPayment_IsCountedAndLeftOut(string checker)
    {
        PaymentEvidence[] payments = [SoundBooks.Completed(), SoundBooks.Failed(), SoundBooks.Moving()];

        var result = InvariantCheckers.Evaluate(payments, SoundBooks.TotalsOf(payments)).Single(r => r.Name == checker);

        (result.Examined, result.Moving).ShouldBe((2, 1));
    }

    [Fact]
    public void OneCharge_SecondLiveCharge_IsSeen() => Broken(
        OneCharge,
        p => p with { Charges = [.. p.Charges, SoundBooks.Charge(10000, 0) with { PaymentIntent = "pi_2" }] })
        .ShouldContain("2 live charges");

    [Fact]
    public void OneCharge_SecondChargeGivenBack_IsFine() => Sound(
        OneCharge,
        p => p with { Charges = [.. p.Charges, SoundBooks.Charge(10000, 10000) with { PaymentIntent = "pi_2" }] });

    [Fact]
    public void OneCharge_HoldLeft_IsSeen() => Broken(
        OneCharge,
        p => p with { Charges = [.. p.Charges, SoundBooks.Charge(0, 0) with { Status = "requires_capture" }] });

    [Fact]
    public void OneCharge_HoldCanceled_IsFine() => Sound(
        OneCharge,
        p => p with
        {
            Charges = [.. p.Charges, SoundBooks.Charge(0, 0) with { Canceled = true, Status = "canceled" }],
        });

    [Theory]
    [InlineData("processing")]
    [InlineData("requires_action")]
    public void OneCharge_MayStillTakeMoney_IsSeen(string status) => Broken(
        OneCharge,
        p => p with
        {
            Charges = [.. p.Charges, SoundBooks.Charge(0, 0) with { Status = status, AuthorizedMinor = 0 }],
        });

    [Fact]
    public void OneCharge_NoneForARecordedOrder_IsSeen() => Broken(OneCharge, p => p with { Charges = [] })
        .ShouldContain("0 live charges");

    [Fact]
    public void OneCharge_OtherAmount_IsSeen() =>
        Broken(OneCharge, p => p with { Charges = [SoundBooks.Charge(10000, 1)] });

    [Fact]
    public void OneCharge_OtherCurrency_IsSeen() => Broken(
        OneCharge, p => p with { Charges = [SoundBooks.Charge(10000, 0) with { Currency = "USD" }] });

    [Fact]
    public void OneCharge_OtherConnection_IsSeen() => Broken(
        OneCharge, p => p with { Charges = [SoundBooks.Charge(10000, 0) with { Account = "stripe-b" }] });

    [Fact]
    public void OneCharge_OfAnotherOrder_IsSeen() => Broken(
        OneCharge, p => p with { Charges = [.. p.Charges, SoundBooks.Charge(1, 0) with { OrderId = "order-9" }] })
        .ShouldContain("order-9");

    [Fact]
    public void OneCharge_KeptForAFailedOrder_IsSeen() => Broken(
        OneCharge, SoundBooks.Failed(),
        p => p with { Charges = [SoundBooks.Charge(10000, 9999)] }).ShouldContain("Refunded");

    [Fact]
    public void OneCharge_OfUnknownPayment_IsSeen() => Violations(
        OneCharge, [], new Totals { StrayCharges = [SoundBooks.Charge(10000, 0)] }).ShouldHaveSingleItem();

    [Theory]
    [InlineData("Completed", "Declined")]
    [InlineData("Completed", "Capturing")]
    [InlineData("PartiallyCompleted", "Recorded")]
    [InlineData("PartiallyCompleted", "Declined")]
    [InlineData("Failed", "Recorded")]
    [InlineData("Failed", "RefundDebt")]
    [InlineData("Rejected", "Declined")]
    public void OrdersMatch_StatesDiffer_IsSeen(string state, string status) => Broken(
        OrdersMatch, p => p with { State = state, Orders = [p.Orders[0] with { Status = status }] });

    [Fact]
    public void OrdersMatch_CompletedWithoutOrders_IsSeen() =>
        Broken(OrdersMatch, p => p with { Orders = [], AmountMinor = 0 });

    [Fact]
    public void OrdersMatch_OtherSum_IsSeen() =>
        Broken(OrdersMatch, p => p with { AmountMinor = 9999 }).ShouldContain("9999");

    [Fact]
    public void OrdersMatch_RejectedWithoutOrders_IsFine() => Sound(
        OrdersMatch, p => p with { State = "Rejected", Orders = [], AmountMinor = null, Currency = null });

    [Fact]
    public void Hangs_DeadlineLongPast_IsSeen() => Broken(
        Hangs, SoundBooks.Moving(),
        p => p with { WaitsUntil = SoundBooks.Now.AddMinutes(-6) }).ShouldContain("deadline passed");

    [Fact]
    public void Hangs_DeadlineJustPast_IsFine() => Violations(
        Hangs, [SoundBooks.Moving() with { WaitsUntil = SoundBooks.Now.AddMinutes(-4) }], new Totals()).ShouldBeEmpty();

    [Fact]
    public void Hangs_NoDeadline_IsSeen() => Broken(Hangs, SoundBooks.Moving(), p => p with { WaitsUntil = null });

    [Fact]
    public void Hangs_ParkedWithoutReason_IsSeen() => Broken(
        Hangs, SoundBooks.Moving(),
        p => p with { State = "Parked", ResumeState = "Voiding" }).ShouldContain("without saying why");

    [Fact]
    public void Hangs_ParkedWithoutResumeState_IsSeen() => Broken(
        Hangs, SoundBooks.Moving(), p => p with { State = "Parked", Reason = "void_refused" });

    [Fact]
    public void Balances_JournalOff_IsSeen() => Broken(
        Balances, p => p with { Postings = [.. p.Postings.Skip(1), p.Postings[0] with { DebitMinor = 9999 }] });

    [Fact]
    public void Balances_CurrenciesMixed_IsSeen() => Broken(
        Balances, p => p with { Postings = [.. p.Postings.Skip(1), p.Postings[0] with { Currency = "USD" }] });

    [Fact]
    public void Balances_JournalEmpty_IsSeen() =>
        Broken(Balances, p => p with { Postings = [] }).ShouldContain("no postings");

    [Fact]
    public void Balances_TotalOff_IsSeen() => Violations(
        Balances, [], new Totals { Balances = [new BalanceRow("bank", "EUR", 1, 0)] }).ShouldHaveSingleItem();

    [Fact]
    public void Balances_LedgerSaysSo_IsSeen() => Violations(
        Balances, [], new Totals { Unbalanced = ["Journal 1."] }).ShouldBe(["Journal 1."]);

    [Fact]
    public void NotNegative_Account_IsSeen()
    {
        Broken(new AccountRow("s", "EUR", -1, 5, 5));
        Broken(new AccountRow("s", "EUR", 5, -1, 5));
        Broken(new AccountRow("s", "EUR", 5, 5, -1));

        static void Broken(AccountRow account) =>
            Violations(NotNegative, [], new Totals { Accounts = [account] }).ShouldHaveSingleItem();
    }

    [Fact]
    public void NotNegative_Receivable_IsSeen() => Violations(
        NotNegative, [], new Totals { Receivables = [new ReceivableRow("s", "EUR", -1)] }).ShouldHaveSingleItem();

    [Theory]
    [InlineData(9000, -1, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(9000, 0, -1)]
    [InlineData(9000, 0, 9001)]
    public void NotNegative_Lot_IsSeen(long credited, long remaining, long reversed) => Broken(
        NotNegative,
        p => p with { Lots = [new LotRow(SoundBooks.Order, SoundBooks.Seller, "EUR", credited, remaining, reversed)] });

    [Fact]
    public void Sellers_WalletOff_IsSeen() =>
        Broken(Sellers, p => p with { Entries = [p.Entries[0] with { WalletMinor = 8999 }] });

    [Fact]
    public void Sellers_CreditedTwice_IsSeen() =>
        Broken(Sellers, p => p with { Entries = [p.Entries[0], p.Entries[0]] });

    [Fact]
    public void Sellers_DebtNotInTheLedger_IsSeen() => Broken(
        Sellers,
        p => p with { Entries = [p.Entries[0], new EntryRow(SoundBooks.Seller, "EUR", 0, 5)] })
        .ShouldContain("receivable");

    [Fact]
    public void Sellers_LotOff_IsSeen() =>
        Broken(Sellers, p => p with { Lots = [p.Lots[0] with { ReversedMinor = 1 }] })
        .ShouldContain("lots");

    [Fact]
    public void Sellers_NotInTheLedger_IsSeen() => Broken(Sellers, p => p with { Postings = [] });

    [Fact]
    public void Sellers_TotalOfWalletOff_IsSeen() => BrokenTotals(
        Sellers, t => t with { Accounts = [t.Accounts[0] with { AvailableMinor = 1 }] }).ShouldContain("in total");

    [Fact]
    public void Sellers_TotalOfDebtOff_IsSeen() => BrokenTotals(
        Sellers, t => t with { Receivables = [t.Receivables[0] with { OwedMinor = 1 }] });

    [Fact]
    public void Psp_OperationNotInTheLedger_IsSeen() => Broken(
        Psp, p => p with { Operations = [.. p.Operations, p.Operations[0] with { OperationId = "op-9" }] });

    [Theory]
    [InlineData("declined")]
    [InlineData("in_doubt")]
    [InlineData(null)]
    public void Psp_NotApproved_TookNothing(string? outcome) => Sound(
        Psp,
        p => p with
        {
            Operations = [.. p.Operations, p.Operations[0] with { OperationId = "op-9", Outcome = outcome }],
        });

    [Fact]
    public void Psp_RefundNotInTheLedger_IsSeen() => Broken(
        Psp, SoundBooks.Failed(), p => p with { Postings = [.. p.Postings.SkipLast(1)] });

    [Fact]
    public void Psp_OtherConnection_IsSeen() => Broken(
        Psp, p => p with { Operations = [p.Operations[0] with { Connection = "stripe-b" }] });

    [Fact]
    public void Psp_TotalOff_IsSeen() => BrokenTotals(
        Psp,
        t => t with { Balances = [.. t.Balances, new BalanceRow("psp-receivable:stripe-b", "EUR", 1, 0)] })
        .ShouldContain("stripe-b");

    [Fact]
    public void BookedOnce_NoLot_IsSeen() => Broken(BookedOnce, p => p with { Lots = [] }).ShouldContain("0 lots");

    [Fact]
    public void BookedOnce_OtherSeller_IsSeen() => Broken(
        BookedOnce, p => p with { Lots = [p.Lots[0] with { OwnerId = "seller-b" }] });

    [Fact]
    public void BookedOnce_FeeNotKept_IsSeen() => Broken(
        BookedOnce, p => p with { Lots = [p.Lots[0] with { CreditedMinor = 10000 }] });

    [Fact]
    public void BookedOnce_TwoCaptureJournals_IsSeen() => Broken(
        BookedOnce,
        p => p with { Journals = [.. p.Journals, new JournalRow(Ulid.NewUlid(), SoundBooks.Order, "Capture")] });

    [Fact]
    public void BookedOnce_ChargedTwice_IsSeen() => Broken(
        BookedOnce, p => p with { Operations = [p.Operations[0], p.Operations[0]] }).ShouldContain("20000");

    [Fact]
    public void BookedOnce_FailedButCredited_IsSeen() => Broken(
        BookedOnce, SoundBooks.Failed(), p => p with { Lots = SoundBooks.Completed().Lots }).ShouldContain("keep 9000");

    [Fact]
    public void BookedOnce_FailedButTaken_IsSeen() => Broken(
        BookedOnce, SoundBooks.Failed(),
        p => p with { Operations = SoundBooks.Completed().Operations }).ShouldContain("took 10000");

    [Fact]
    public void BookedOnce_FailedButRecorded_IsSeen() => Broken(
        BookedOnce, SoundBooks.Failed(), p => p with { Postings = [.. p.Postings.Take(2)] }).ShouldContain("leaves");

    [Fact]
    public void Rows_OfNoPayment_AreSeen() => BrokenTotals(
        Rows, t => t with { Rows = new Dictionary<string, long>(t.Rows) { ["wallets.ops_lot_v1"] = 2 } })
        .ShouldContain("wallets.ops_lot_v1 has 2 rows");

    private static string Broken(string checker, Func<PaymentEvidence, PaymentEvidence> harm) =>
        Broken(checker, SoundBooks.Completed(), harm);

    /// <summary>What the checker says about the harmed payment; it said nothing before.</summary>
    private static string Broken(string checker, PaymentEvidence payment, Func<PaymentEvidence, PaymentEvidence> harm)
    {
        Violations(checker, [payment], SoundBooks.TotalsOf(payment)).ShouldBeEmpty();
        var harmed = harm(payment);
        return FirstOf(Violations(checker, [harmed], SoundBooks.TotalsOf(harmed)));
    }

    private static string FirstOf(IReadOnlyList<string> violations)
    {
        violations.ShouldNotBeEmpty();
        return violations[0];
    }

    private static string BrokenTotals(string checker, Func<Totals, Totals> harm)
    {
        var payment = SoundBooks.Completed();
        return Violations(checker, [payment], harm(SoundBooks.TotalsOf(payment))).ShouldHaveSingleItem();
    }

    private static void Sound(string checker, Func<PaymentEvidence, PaymentEvidence> change)
    {
        var changed = change(SoundBooks.Completed());
        Violations(checker, [changed], SoundBooks.TotalsOf(changed)).ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Violations(
        string checker, IReadOnlyList<PaymentEvidence> payments, Totals totals) =>
        InvariantCheckers.Evaluate(payments, totals).Single(r => r.Name == checker).Violations;
}
