using Microsoft.AspNetCore.Http;
using Payments.Contracts;
using Payments.Operations.Querying;

namespace Payments.Operations.Tests.Querying;

public sealed class PaymentFilterTests
{
    [Fact]
    public void Cursor_AnyPlace_ReadsBack()
    {
        var last = new PageEnd(DateTimeOffset.Parse("2026-01-31T13:00:00.123456Z"), Ulid.NewUlid());

        Read(new ListPaymentsParameters { Cursor = last.ToCursor() }).Before.ShouldBe(last);
    }

    [Fact]
    public void Read_Nothing_TakesDefaults()
    {
        var filter = Read(default);

        filter.Limit.ShouldBe(50);
        filter.Before.ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00+00:00")]
    [InlineData("2026-01-31T13:00Z", "2026-01-31T13:00:00+00:00")]
    [InlineData("2026-01-31T13:00:00.25+02:00", "2026-01-31T11:00:00.25+00:00")]
    public void Read_Time_IsInUtc(string text, string expected) =>
        Read(new ListPaymentsParameters { From = text }).From.ShouldBe(DateTimeOffset.Parse(expected));

    private static PaymentFilter Read(ListPaymentsParameters parameters)
    {
        var errors = new List<FieldError>();
        var filter = PaymentFilter.Read(parameters, new QueryCollection(), errors);
        errors.ShouldBeEmpty();
        return filter;
    }
}
