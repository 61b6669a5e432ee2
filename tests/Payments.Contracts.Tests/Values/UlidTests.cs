using System.ComponentModel;
using System.Text;
using System.Text.Json;
using FsCheck.Fluent;

namespace Payments.Contracts.Values;

public sealed class UlidTests
{
    private const string Known = "01ARYZ6S41TSV4RRFFQ69G5FAV";

    [Fact]
    public void Parse_ExampleOfTheSpecification_HasItsTime()
    {
        var ulid = Ulid.Parse(Known);

        ulid.UnixMilliseconds.ShouldBe(1469918176385);
        ulid.Timestamp.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1469918176385));
        ulid.ToGuid().ToString().ShouldBe("01563df3-6481-d676-4c61-efb99302bd5b");
    }

    [Fact]
    public void Parse_LargestOfTheSpecification_IsAllOnes()
    {
        var ulid = Ulid.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");

        ulid.ToGuid().ShouldBe(Guid.AllBitsSet);
        ulid.Timestamp.ShouldBe(DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData("80000000000000000000000000", "0 to 7")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "0 to 7")]
    [InlineData("", "26 characters")]
    [InlineData("01ARYZ6S41TSV4RRFFQ69G5FA", "26 characters")]
    [InlineData("01ARYZ6S41TSV4RRFFQ69G5FAVV", "26 characters")]
    [InlineData(" 1ARYZ6S41TSV4RRFFQ69G5FAV", "base 32")]
    [InlineData("01ARYZ6S41TSV4RRFFQ69G5FA\u0661", "base 32")]
    public void Parse_BrokenText_IsRefusedByTheRule(string text, string rule)
    {
        Should.Throw<FormatException>(() => Ulid.Parse(text)).Message.ShouldContain(rule);
        Ulid.TryParse(text, out var ulid).ShouldBeFalse();
        ulid.ShouldBe(Ulid.Empty);
    }

    [Fact]
    public void TryParse_Null_IsRefused()
    {
        Ulid.TryParse(null, out _).ShouldBeFalse();
        Should.Throw<ArgumentNullException>(() => Ulid.Parse(null!));
    }

    [Fact]
    public void Parse_AnyForeignLetterAnywhere_IsRefused()
    {
        var foreign = Enumerable.Range(0, 0x250).Select(code => (char)code)
            .Where(letter => !"0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz".Contains(letter));

        Property.Holds(Generate.AnyUlid, Gen.Elements(foreign), Gen.Choose(0, 25), (ulid, letter, at) =>
        {
            var text = ulid.ToString().ToCharArray();
            text[at] = letter;
            Ulid.TryParse(text, null, out _).ShouldBeFalse();
        });
    }

    [Fact]
    public void Parse_OwnText_RoundTrips() => Property.Holds(Generate.AnyUlid, ulid =>
    {
        Ulid.Parse(ulid.ToString()).ShouldBe(ulid);
        Ulid.Parse(ulid.ToString().ToLowerInvariant()).ShouldBe(ulid);
    });

    [Fact]
    public void FromGuid_OwnGuid_RoundTrips() => Property.Holds(Generate.AnyUlid, ulid =>
        Ulid.FromGuid(ulid.ToGuid()).ShouldBe(ulid));

    [Fact]
    public void FromBytes_OwnBytes_RoundTrips() => Property.Holds(Generate.AnyUlid, ulid =>
    {
        Ulid.FromBytes(BytesOf(ulid)).ShouldBe(ulid);
        ulid.ToGuid().ToByteArray(bigEndian: true).ShouldBe(BytesOf(ulid));
    });

    [Fact]
    public void FromBytes_WrongLength_IsRefused()
    {
        Should.Throw<ArgumentException>(() => Ulid.FromBytes(new byte[15]));
        Should.Throw<ArgumentException>(() => Ulid.FromBytes(new byte[17]));
        Ulid.Empty.TryWriteBytes(new byte[15]).ShouldBeFalse();
    }

    [Fact]
    public void CompareTo_AnyTwo_AgreesWithTextBytesAndUuid() =>
        Property.Holds(Generate.AnyUlid, Generate.AnyUlid, (left, right) =>
        {
            var order = left.CompareTo(right);

            Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString())).ShouldBe(order);
            Math.Sign(BytesOf(left).AsSpan().SequenceCompareTo(BytesOf(right))).ShouldBe(order);
            Math.Sign(string.CompareOrdinal(left.ToGuid().ToString(), right.ToGuid().ToString())).ShouldBe(order);
            Math.Sign(left.ToGuid().CompareTo(right.ToGuid())).ShouldBe(order);
            left.CompareTo((object)right).ShouldBe(order);
            (left < right).ShouldBe(order < 0);
            (left > right).ShouldBe(order > 0);
            (left <= right).ShouldBe(order <= 0);
            (left >= right).ShouldBe(order >= 0);
            (left == right).ShouldBe(order == 0);
            (left != right).ShouldBe(order != 0);
            left.Equals((object)right).ShouldBe(order == 0);
        });

    [Fact]
    public void CompareTo_TheSame_IsNeitherBeforeNorAfter() => Property.Holds(Generate.AnyUlid, ulid =>
    {
        var same = Ulid.FromGuid(ulid.ToGuid());

        ulid.CompareTo(same).ShouldBe(0);
        (ulid < same || ulid > same || ulid != same).ShouldBeFalse();
        (ulid <= same && ulid >= same && ulid == same).ShouldBeTrue();
        ulid.GetHashCode().ShouldBe(same.GetHashCode());
    });

    [Fact]
    public void CompareTo_SomethingElse_IsRefused()
    {
        Ulid.Empty.CompareTo(null).ShouldBe(1);
        Should.Throw<ArgumentException>(() => Ulid.Empty.CompareTo(Known));
        Ulid.Empty.Equals(Known).ShouldBeFalse();
    }

    [Fact]
    public void NewUlid_AtATime_CarriesTheMillisecond() => Property.Holds(Generate.Time, at =>
    {
        var ulid = Ulid.NewUlid(at);

        ulid.Timestamp.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()));
        ulid.ShouldNotBe(Ulid.NewUlid(at));
    });

    [Fact]
    public void MinValue_OfAMillisecond_PartsItFromTheOneBefore() => Property.Holds(Generate.Time, at =>
    {
        var bound = Ulid.MinValue(at);

        bound.ShouldBeLessThanOrEqualTo(Ulid.NewUlid(at));
        bound.Timestamp.ShouldBe(Ulid.NewUlid(at).Timestamp);
        if (bound.UnixMilliseconds > 0)
            bound.ShouldBeGreaterThan(Ulid.NewUlid(at.AddMilliseconds(-1)));
    });

    [Fact]
    public void NewUlid_Before1970_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Ulid.NewUlid(DateTimeOffset.UnixEpoch.AddMilliseconds(-1)));

    [Fact]
    public void NewUlid_Now_CarriesTheClock()
    {
        var before = Ulid.MinValue(TimeProvider.System.GetUtcNow());

        Ulid.NewUlid().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void TryFormat_TooLittleRoom_WritesNothing()
    {
        var ulid = Ulid.Parse(Known);
        var text = new char[25];
        var utf8 = new byte[25];

        ulid.TryFormat(text, out var charsWritten, default, null).ShouldBeFalse();
        ulid.TryFormat(utf8, out var bytesWritten, default, null).ShouldBeFalse();

        (charsWritten, bytesWritten).ShouldBe((0, 0));
        text.ShouldAllBe(letter => letter == '\0');
        utf8.ShouldAllBe(letter => letter == 0);
    }

    [Fact]
    public void TryFormat_EnoughRoom_WritesTheText() => Property.Holds(Generate.AnyUlid, ulid =>
    {
        var utf8 = new byte[30];

        ulid.TryFormat(utf8, out var written, default, null).ShouldBeTrue();

        Encoding.UTF8.GetString(utf8, 0, written).ShouldBe(ulid.ToString());
        $"{ulid}".ShouldBe(ulid.ToString());
    });

    [Fact]
    public void ToString_UnknownFormat_IsRefused()
    {
        Ulid.Parse(Known).ToString("G", null).ShouldBe(Known);
        Should.Throw<FormatException>(() => Ulid.Parse(Known).ToString("N", null));
    }

    [Fact]
    public void Json_ValueAndPropertyName_RoundTrip() => Property.Holds(Generate.AnyUlid, ulid =>
    {
        var json = JsonSerializer.Serialize(new Dictionary<Ulid, Ulid?> { [ulid] = ulid });

        json.ShouldBe($$"""{"{{ulid}}":"{{ulid}}"}""");
        var read = JsonSerializer.Deserialize<Dictionary<Ulid, Ulid?>>(json)!.ShouldHaveSingleItem();
        (read.Key, read.Value).ShouldBe((ulid, ulid));
    });

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"01563df3-6481-d676-4c61-efb99302bd5b\"")]
    public void Json_NoUlid_IsRefused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Ulid>(json));

    [Fact]
    public void Json_VeryLongText_IsRefused() =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Ulid>($"\"{new string('0', 100_000)}\""));

    [Fact]
    public void Json_EscapedLetters_AreRead()
    {
        var escaped = string.Concat(Known.Select(letter => $"\\u{(int)letter:x4}"));

        JsonSerializer.Deserialize<Ulid>($"\"{escaped}\"").ShouldBe(Ulid.Parse(Known));
    }

    [Fact]
    public void TypeConverter_Text_IsParsed() =>
        TypeDescriptor.GetConverter(typeof(Ulid)).ConvertFromInvariantString(Known).ShouldBe(Ulid.Parse(Known));

    private static byte[] BytesOf(Ulid ulid)
    {
        var bytes = new byte[Ulid.ByteLength];
        ulid.TryWriteBytes(bytes).ShouldBeTrue();
        return bytes;
    }
}
