using FsCheck;
using FsCheck.Fluent;
using Payments.Contracts;
using static Payments.Ledger.Batch;

namespace Payments.Ledger.Recording;

public sealed class PostingTemplatesTests
{
    private static readonly Gen<JournalLine> Lines =
        from gross in Gen.Frequency(
            (4, Gen.Choose(1, 100_000).Select(g => (long)g)), (1, Gen.Elements(1L, Money.MaxAmount)))
        from share in Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Constant(1000)), (4, Gen.Choose(0, 1000)))
        from currency in Gen.Elements(Currency.All.AsEnumerable())
        select Line("a", "alice", gross, gross * share / 1000, currency.Code);

    [Theory]
    [InlineData(JournalKind.Capture, "Dr psp-receivable:stripe-a 100, Cr seller-payable:alice 90, Cr platform-fees 10")]
    [InlineData(JournalKind.CaptureUnallocated, "Dr psp-receivable:stripe-a 100, Cr unallocated-captures 100")]
    [InlineData(JournalKind.Undo, "Dr seller-payable:alice 90, Dr platform-fees 10, Cr refunds-payable 100")]
    [InlineData(JournalKind.Refund, "Dr refunds-payable 100, Cr psp-receivable:stripe-a 100")]
    [InlineData(JournalKind.RefundUnallocated, "Dr unallocated-captures 100, Cr psp-receivable:stripe-a 100")]
    public void Postings_Kind_AreAsTheContractSays(JournalKind kind, string postings) =>
        Text(PostingTemplates.Postings(kind, Line("a", "alice", 100, 10))).ShouldBe(postings);

    [Theory]
    [InlineData(JournalKind.Capture, 0, "Dr psp-receivable:stripe-a 100, Cr seller-payable:alice 100")]
    [InlineData(JournalKind.Capture, 100, "Dr psp-receivable:stripe-a 100, Cr platform-fees 100")]
    [InlineData(JournalKind.Undo, 0, "Dr seller-payable:alice 100, Cr refunds-payable 100")]
    [InlineData(JournalKind.Undo, 100, "Dr platform-fees 100, Cr refunds-payable 100")]
    public void Postings_PartOfZero_IsLeftOut(JournalKind kind, long fee, string postings) =>
        Text(PostingTemplates.Postings(kind, Line("a", "alice", 100, fee))).ShouldBe(postings);

    [Fact]
    public void Postings_AnyLine_Balance() =>
        Prop.ForAll(Gen.Zip(Lines, Gen.Elements(Enum.GetValues<JournalKind>())).ToArbitrary(), pair =>
        {
            var postings = PostingTemplates.Postings(pair.Item2, pair.Item1);

            postings.Sum(p => p.Debit).ShouldBe(postings.Sum(p => p.Credit));
            postings.Sum(p => p.Debit).ShouldBe(pair.Item1.Gross.Amount);
            postings.Count.ShouldBeInRange(2, 3);
            postings.ShouldAllBe(p => (p.Debit > 0) != (p.Credit > 0) && p.Currency == pair.Item1.Gross.Currency.Code);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Postings_ThereAndBack_LeaveNothing() =>
        Prop.ForAll(Lines.ToArbitrary(), line =>
        {
            ShouldLeaveNothing(line, JournalKind.Capture, JournalKind.Undo, JournalKind.Refund);
            ShouldLeaveNothing(line, JournalKind.CaptureUnallocated, JournalKind.RefundUnallocated);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static void ShouldLeaveNothing(JournalLine line, params JournalKind[] kinds) =>
        kinds.SelectMany(k => PostingTemplates.Postings(k, line))
            .GroupBy(p => p.Account)
            .ShouldAllBe(account => account.Sum(p => p.Debit - p.Credit) == 0);

    private static string Text(IEnumerable<Posting> postings) => string.Join(
        ", ", postings.Select(p => p.Debit > 0 ? $"Dr {p.Account} {p.Debit}" : $"Cr {p.Account} {p.Credit}"));
}
